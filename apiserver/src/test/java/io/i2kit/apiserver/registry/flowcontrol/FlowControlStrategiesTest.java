package io.i2kit.apiserver.registry.flowcontrol;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.StrategyHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** FlowSchemas and PriorityLevelConfigurations: defaults, faults in upstream's words, and the objects that every cluster has. */
class FlowControlStrategiesTest {
    private static final String LEVEL = "'priorityLevelConfiguration':{'name':'l'}";

    private final StrategyHarness schemas = new StrategyHarness(new FlowSchemaStrategy());
    private final StrategyHarness levels = new StrategyHarness(new PriorityLevelStrategy());

    @Test
    void defaultsAreUpstreams() {
        ObjectNode schema = schemas.created("{'spec':{" + LEVEL + ",'matchingPrecedence':0}}");
        assertThat(schema.path("spec").path("matchingPrecedence").asInt()).isEqualTo(1000);
        assertThat(schema.path("status")).isEqualTo(tree("{}"));
        assertThat(Meta.generation(schema)).isEqualTo(1);
        ObjectNode level = levels.created(
                "{'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Queue','queuing':{'queues':0}}}}}");
        assertThat(level.path("spec").path("limited"))
                .isEqualTo(tree("{'limitResponse':{'type':'Queue','queuing':{'queues':64,'handSize':8,"
                        + "'queueLengthLimit':50}},'nominalConcurrencyShares':30,'lendablePercent':0}"));
        ObjectNode none = levels.created(
                "{'spec':{'type':'Limited','limited':{'nominalConcurrencyShares':0,'limitResponse':{'type':'Reject'}}}}");
        assertThat(none.at("/spec/limited/nominalConcurrencyShares").asInt(-1)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'matchingPrecedence':-1|spec.matchingPrecedence: Invalid value: -1: must be a positive value",
                "'matchingPrecedence':10001|spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000",
                "'matchingPrecedence':1|spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have"
                        + " matchingPrecedence 1",
                "'distinguisherMethod':{'type':'Odd'}|spec.distinguisherMethod.type: Unsupported value: {\"Type\":\"Odd\"}:"
                        + " supported values: \"ByNamespace\", \"ByUser\""
            })
    void faultsOfASchema(String spec, String fault) {
        assertThat(schemas.faults("{'spec':{" + LEVEL + "," + spec + "}}")).containsExactly(fault);
    }

    @Test
    void aSchemaNamesItsLevel() {
        assertThat(schemas.faults("{'spec':{}}"))
                .containsExactly(
                        "spec.priorityLevelConfiguration.name: Required value: must reference a priority level");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'nonResourceRules':[{'verbs':['*'],'nonResourceURLs':['*']}]|.subjects: Required value: subjects must contain at"
                        + " least one value",
                "'subjects':[{'kind':'User','user':{'name':'u'}}]|: Required value: at least one of resourceRules and"
                        + " nonResourceRules has to be non-empty",
                "'subjects':[{'kind':'Odd'}],'nonResourceRules':[{'verbs':['*'],'nonResourceURLs':['*']}]|.subjects[0].kind:"
                        + " Unsupported value: \"Odd\": supported values: \"Group\", \"ServiceAccount\", \"User\"",
                "'subjects':[{'kind':'User'}],'nonResourceRules':[{'verbs':['*'],'nonResourceURLs':['*']}]|.subjects[0].user:"
                        + " Required value: user is required when subject kind is 'User'",
                "'subjects':[{'kind':'User','user':{'name':'u'},'group':{'name':'g'}}],'nonResourceRules':[{'verbs':['*'],"
                        + "'nonResourceURLs':['*']}]|.subjects[0].group: Forbidden: group is forbidden when subject kind is not"
                        + " 'Group'",
                "'subjects':[{'kind':'ServiceAccount','serviceAccount':{'name':'*'}}],'nonResourceRules':[{'verbs':['*'],"
                        + "'nonResourceURLs':['*']}]|.subjects[0].serviceAccount.namespace: Required value: must specify namespace"
                        + " for service account"
            })
    void faultsOfARule(String rule, String fault) {
        assertThat(schemas.faults("{'spec':{" + LEVEL + ",'rules':[{" + rule + "}]}}"))
                .containsExactly("spec.rules[0]" + fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'verbs':['odd'],'apiGroups':['*'],'resources':['*'],'namespaces':['*']|verbs: Unsupported value: [\"odd\"]:"
                        + " supported values: \"create\", \"delete\", \"deletecollection\", \"get\", \"list\", \"patch\", \"proxy\","
                        + " \"update\", \"watch\"",
                "'verbs':['*','get'],'apiGroups':['*'],'resources':['*'],'namespaces':['*']|verbs: Invalid value: [\"*\",\"get\"]:"
                        + " if '*' is present, must not specify other verbs",
                "'verbs':['*'],'resources':['*'],'namespaces':['*']|apiGroups: Required value: resource rules must supply at least"
                        + " one api group",
                "'verbs':['*'],'apiGroups':['*'],'resources':['*','a'],'namespaces':['*']|resources: Invalid value: [\"*\",\"a\"]:"
                        + " if '*' is present, must not specify other resources",
                "'verbs':['*'],'apiGroups':['*'],'resources':['*']|namespaces: Required value: resource rules that are not cluster"
                        + " scoped must supply at least one namespace",
                "'verbs':['*'],'apiGroups':['*'],'resources':['*'],'namespaces':['A']|namespaces[0]: Invalid value: \"A\": each"
                        + " member of this list must be '*' or a DNS-1123 label; a lowercase RFC 1123 label must consist of lower"
                        + " case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g."
                        + " 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            })
    void faultsOfAResourceRule(String rule, String fault) {
        assertThat(schemas.faults("{'spec':{" + LEVEL + ",'rules':[{'subjects':[{'kind':'User','user':{'name':'u'}}],"
                        + "'resourceRules':[{" + rule + "}]}]}}"))
                .containsExactly("spec.rules[0].resourceRules[0]." + fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a|must start with slash",
                "/a b|must not contain white-space",
                "/a//b|must not contain double slash",
                "/a*|wildcard can only do suffix matching",
                "/*/*|wildcard can only do suffix matching"
            })
    void faultsOfAUrl(String url, String fault) {
        String rule = "{'subjects':[{'kind':'User','user':{'name':'u'}}],'nonResourceRules':[{'verbs':['get'],"
                + "'nonResourceURLs':['/','/a/*','" + url + "']}]}";
        assertThat(schemas.faults("{'spec':{" + LEVEL + ",'rules':[" + rule + "]}}"))
                .containsExactly("spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: \"" + url
                        + "\": " + fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'type':'Exempt'|spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
                "'type':'Odd'|spec.type: Unsupported value: \"Odd\": supported values: \"Exempt\", \"Limited\"",
                "'type':'Limited'|spec.limited: Required value",
                "'type':'Limited','limited':{'limitResponse':{'type':'Reject'}},'exempt':{}|spec.exempt: Forbidden",
                "'type':'Limited','limited':{'limitResponse':{'type':'Reject','queuing':{}}}|spec.limited.limitResponse.queuing:"
                        + " Forbidden",
                "'type':'Limited','limited':{'limitResponse':{'type':'Queue'}}|spec.limited.limitResponse.queuing: Required value",
                "'type':'Limited','limited':{}|spec.limited.limitResponse.type: Required value",
                "'type':'Limited','limited':{'nominalConcurrencyShares':-1,'limitResponse':{'type':'Reject'}}|"
                        + "spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer",
                "'type':'Limited','limited':{'lendablePercent':101,'limitResponse':{'type':'Reject'}}|"
                        + "spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive",
                "'type':'Limited','limited':{'limitResponse':{'type':'Queue','queuing':{'queues':4,'handSize':5}}}|"
                        + "spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (4)",
                "'type':'Limited','limited':{'limitResponse':{'type':'Queue','queuing':{'queues':64,'handSize':11}}}|"
                        + "spec.limited.limitResponse.queuing.handSize: Invalid value: 11: required entropy bits of deckSize 64 and"
                        + " handSize 11 should not be greater than 60"
            })
    void faultsOfALevel(String spec, String fault) {
        assertThat(levels.faults("{'spec':{" + spec + "}}")).containsExactly(fault);
    }

    @Test
    void aHandThatNeedsAllBitsIsTaken() {
        assertThat(levels.faults("{'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Queue','queuing':"
                        + "{'queues':64,'handSize':10}}}}}"))
                .isEmpty();
    }

    @Test
    void conditionsHaveTypesOfTheirOwn() {
        ObjectNode schema = schemas.created("{'spec':{" + LEVEL + "}}");
        assertThat(schemas.statusFaults(schema, "{'conditions':[{'type':'A'},{'type':'A'},{}]}"))
                .containsExactly(
                        "status.conditions[1].type: Duplicate value: \"A\"",
                        "status.conditions[2].type: Required value");
    }

    @Test
    void whatEveryClusterHasIsGoodAndMostlyFixed() {
        FlowBootstrap.all().forEach((resource, all) -> {
            StrategyHarness harness = resource.equals(FlowControlResources.LEVELS) ? levels : schemas;
            for (ObjectNode object : all) {
                ObjectNode made = harness.created(object.toString());
                assertThat(made.path("spec")).isEqualTo(object.path("spec"));
                assertThat(harness.faults(object.toString())).isEmpty();
            }
        });
        assertThat(FlowBootstrap.all().get(FlowControlResources.SCHEMAS)).hasSize(11);
        assertThat(FlowBootstrap.all().get(FlowControlResources.LEVELS)).hasSize(8);
        ObjectNode last = FlowBootstrap.find(FlowControlResources.SCHEMAS, "catch-all");
        assertThat(last).isNotNull();
        ObjectNode changed = last.deepCopy();
        changed.withObject("spec").put("matchingPrecedence", 9000);
        assertThat(schemas.updateFaults(last, changed))
                .singleElement()
                .asString()
                .startsWith("spec: Invalid value: ")
                .endsWith(": spec of 'catch-all' must equal the fixed value");
        ObjectNode exempt = FlowBootstrap.find(FlowControlResources.LEVELS, "exempt");
        assertThat(exempt).isNotNull();
        ObjectNode more = exempt.deepCopy();
        more.withObject("/spec/exempt").put("lendablePercent", 20);
        assertThat(levels.updateFaults(exempt, more)).isEmpty();
    }

    @Test
    void aSuggestedObjectIsTheServersUntilItsAnnotationSaysOtherwise() {
        ObjectNode level = FlowBootstrap.find(FlowControlResources.LEVELS, "system");
        assertThat(level).isNotNull();
        ObjectNode changed = level.deepCopy();
        changed.withObject("/spec/limited").put("nominalConcurrencyShares", 7);
        ObjectNode revised = changed.deepCopy();
        FlowBootstrap.revise(FlowControlResources.LEVELS, revised);
        assertThat(revised).isEqualTo(level);
        ObjectNode own = changed.deepCopy();
        own.withObject("/metadata/annotations").put(FlowBootstrap.AUTO_UPDATE, "false");
        ObjectNode kept = own.deepCopy();
        FlowBootstrap.revise(FlowControlResources.LEVELS, kept);
        assertThat(kept).isEqualTo(own);
        changed.withObject("/metadata/annotations").removeAll();
        Meta.setGeneration(changed, 2);
        FlowBootstrap.revise(FlowControlResources.LEVELS, changed);
        assertThat(changed.at("/metadata/annotations"))
                .isEqualTo(tree("{'" + FlowBootstrap.AUTO_UPDATE + "':'false'}"));
        assertThat(changed.at("/spec/limited/nominalConcurrencyShares").asInt()).isEqualTo(7);
    }
}
