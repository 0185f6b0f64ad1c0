package io.i2kit.apiserver.patch;

import static io.i2kit.apiserver.patch.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.openapi.SchemaNode;
import io.i2kit.apiserver.patch.StrategicMergePatch.PatchException;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergePatchTest {
    private static final SchemaNode POD =
            Objects.requireNonNull(Schema.builtIn().find(new GroupVersionKind("", "v1", "Pod")));
    private static final SchemaNode DEPLOYMENT =
            Objects.requireNonNull(Schema.builtIn().find(new GroupVersionKind("apps", "v1", "Deployment")));

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "merges containers by name"
                        + "|{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b','image':'1'}]}}"
                        + "|{'spec':{'containers':[{'name':'b','image':'2'}]}}"
                        + "|{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b','image':'2'}]}}",
                "puts a new container first"
                        + "|{'spec':{'containers':[{'name':'a'}]}}|{'spec':{'containers':[{'name':'c','tty':null}]}}"
                        + "|{'spec':{'containers':[{'name':'c'},{'name':'a'}]}}",
                "deletes by directive"
                        + "|{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}"
                        + "|{'spec':{'containers':[{'name':'a','$patch':'delete'}]}}|{'spec':{'containers':[{'name':'b'}]}}",
                "replaces a list by directive"
                        + "|{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}"
                        + "|{'spec':{'containers':[{'$patch':'replace'},{'name':'z'}]}}|{'spec':{'containers':[{'name':'z'}]}}",
                "replaces an atomic list"
                        + "|{'spec':{'containers':[{'name':'a','args':['x','y']}]}}|{'spec':{'containers':[{'name':'a','args':['z']}]}}"
                        + "|{'spec':{'containers':[{'name':'a','args':['z']}]}}",
                "deletes a field by null"
                        + "|{'metadata':{'labels':{'a':'1','b':'2'}}}|{'metadata':{'labels':{'a':null,'c':null}}}"
                        + "|{'metadata':{'labels':{'b':'2'}}}",
                "replaces a map by directive"
                        + "|{'metadata':{'labels':{'a':'1'}}}|{'metadata':{'labels':{'$patch':'replace','b':'2'}}}"
                        + "|{'metadata':{'labels':{'b':'2'}}}",
                "empties a map by directive"
                        + "|{'metadata':{'labels':{'a':'1'}}}|{'metadata':{'labels':{'$patch':'delete'}}}|{'metadata':{'labels':{}}}",
                "drops directives of what is new"
                        + "|{'metadata':{}}|{'spec':{'containers':[{'name':'a'},{'name':'b','$patch':'delete'}],'nodeName':null}}"
                        + "|{'metadata':{},'spec':{'containers':[{'name':'a'}]}}",
                "merges lists of scalars"
                        + "|{'metadata':{'finalizers':['a/x','b/x']}}|{'metadata':{'finalizers':['c/x','a/x']}}"
                        + "|{'metadata':{'finalizers':['c/x','a/x','b/x']}}",
                "deletes from a list of scalars"
                        + "|{'metadata':{'finalizers':['a/x','b/x','c/x']}}"
                        + "|{'metadata':{'$deleteFromPrimitiveList/finalizers':['b/x']}}|{'metadata':{'finalizers':['a/x','c/x']}}",
                "orders elements"
                        + "|{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}"
                        + "|{'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'a'}],'containers':[{'name':'c','tty':true}]}}"
                        + "|{'spec':{'containers':[{'name':'b'},{'name':'c','tty':true},{'name':'a'}]}}",
                "orders without other changes"
                        + "|{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}"
                        + "|{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}}"
                        + "|{'spec':{'containers':[{'name':'b'},{'name':'a'}]}}",
                "orders a list that is new"
                        + "|{'spec':{}}|{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'a'}]}}"
                        + "|{'spec':{'containers':[{'name':'a'}]}}",
                "retains keys of a volume"
                        + "|{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}"
                        + "|{'spec':{'volumes':[{'$retainKeys':['name','configMap'],'name':'v','configMap':{'name':'m'}}]}}"
                        + "|{'spec':{'volumes':[{'name':'v','configMap':{'name':'m'}}]}}",
                "merges by port"
                        + "|{'spec':{'containers':[{'name':'a','ports':[{'containerPort':80,'name':'web'}]}]}}"
                        + "|{'spec':{'containers':[{'name':'a','ports':[{'containerPort':80,'protocol':'UDP'}]}]}}"
                        + "|{'spec':{'containers':[{'name':'a','ports':[{'containerPort':80,'name':'web','protocol':'UDP'}]}]}}",
                "takes another type as it is" + "|{'spec':{'nodeName':'n'}}|{'spec':[1]}|{'spec':[1]}",
            })
    void follows(String name, String original, String patch, String expected) throws PatchException {
        assertThat(name).isNotEmpty();
        assertThat(StrategicMergePatch.apply(tree(original), tree(patch), POD)).isEqualTo(tree(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}"
                        + "|{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}|{'spec':{'strategy':{'type':'Recreate'}}}",
                "{'spec':{'strategy':{'type':'RollingUpdate'}}}"
                        + "|{'spec':{'strategy':{'$retainKeys':['type',['x'],{'name':'y'},1],'type':'Recreate'}}}"
                        + "|{'spec':{'strategy':{'type':'Recreate'}}}",
                "{'spec':{'replicas':3}}|{'spec':{'replicas':null}}|{'spec':{}}",
            })
    void followsForDeployments(String original, String patch, String expected) throws PatchException {
        assertThat(StrategicMergePatch.apply(tree(original), tree(patch), DEPLOYMENT))
                .isEqualTo(tree(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'spec':{'containers':[{'image':'x'}]}}|map: map[image:x] does not contain declared merge key: name",
                "{'spec':{'containers':[{'name':'a','$patch':'spin'}]}}|unknown patch type: spin in map: map[$patch:spin name:a]",
                "{'spec':{'$patch':'merge'}}|unknown patch type: merge in map: map[$patch:merge]",
                "{'spec':{'containers':[{'name':'a','$patch':'merge'}]}}|merging lists cannot yet be specified in the patch",
                "{'spec':{'$setElementOrder/containers':5}}|invalid patch format of setElementOrder list",
                "{'spec':{'$deleteFromPrimitiveListx':[]}}|invalid patch format of primitive list",
                "{'spec':{'containers':[{'name':'a'},'b']}}|list element types are not identical: [[map[name:a]] [map[name:a] b]]",
                "{'spec':{'$retainKeys':['x'],'nodeName':'n'}}|invalid patch format of retainKeys",
            })
    void refuses(String patch, String message) {
        assertThatThrownBy(() ->
                        StrategicMergePatch.apply(tree("{'spec':{'containers':[{'name':'a'}]}}"), tree(patch), POD))
                .isInstanceOfSatisfying(
                        PatchException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessage(message);
    }
}
