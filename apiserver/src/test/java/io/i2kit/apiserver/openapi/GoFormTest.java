package io.i2kit.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What kube-apiserver 1.37 writes of the same objects. */
class GoFormTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Values with omitempty are left out when they are nothing; pointers are not.
                "v1|ConfigMap|'data':{},'immutable':false|'metadata':{},'immutable':false",
                "v1|Secret|'type':'','data':{'k':''}|'metadata':{},'data':{'k':''}",
                // What has no omitempty is there: as zero, or as null.
                "apps/v1|ControllerRevision|'data':{'a':1}|'metadata':{},'data':{'a':1},'revision':0",
                "rbac.authorization.k8s.io/v1|Role||'metadata':{},'rules':null",
                "scheduling.k8s.io/v1|PriorityClass|'value':0,'globalDefault':false|'metadata':{},'value':0",
                "v1|PersistentVolumeClaim|'spec':{'dataSource':{'kind':'K','name':'n'},'accessModes':[]}"
                        + "|'metadata':{},'spec':{'dataSource':{'kind':'K','name':'n','apiGroup':null},'resources':{}},'status':{}",
                // In what is inside lists, too.
                "v1|Pod|'spec':{'containers':[{'name':'c','command':[],'tty':false,'stdin':true}]}"
                        + "|'metadata':{},'spec':{'containers':[{'name':'c','stdin':true,'resources':{}}]},'status':{}",
                // A pointer to a struct without fields is something.
                "v1|Pod|'spec':{'volumes':[{'name':'v','emptyDir':{}}],'securityContext':{}}"
                        + "|'metadata':{},'spec':{'volumes':[{'name':'v','emptyDir':{}}],'securityContext':{},'containers':null},'status':{}",
                "example.com/v1|Unknown|'a':[],'b':0|'a':[],'b':0",
            })
    void isWhatGoWrites(String apiVersion, String kind, String fields, String expected) {
        ObjectNode object = tree(apiVersion, kind, fields);
        GoForm.complete(object, Schema.builtIn());
        assertThat(object).isEqualTo(tree(apiVersion, kind, expected));
        ObjectNode again = object.deepCopy();
        GoForm.complete(again, Schema.builtIn());
        assertThat(again).isEqualTo(object);
    }

    private static ObjectNode tree(String apiVersion, String kind, String fields) {
        String rest = Objects.requireNonNullElse(fields, "");
        String json =
                "{'apiVersion':'" + apiVersion + "','kind':'" + kind + "'" + (rest.isEmpty() ? "" : "," + rest) + "}";
        return (ObjectNode) JsonMapper.shared().readTree(json.replace('\'', '"'));
    }
}
