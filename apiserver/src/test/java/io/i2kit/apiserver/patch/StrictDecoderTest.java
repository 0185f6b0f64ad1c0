package io.i2kit.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.i2kit.apiserver.openapi.FieldValidation;
import io.i2kit.apiserver.openapi.GroupVersionKind;
import io.i2kit.apiserver.openapi.Schema;
import io.i2kit.apiserver.patch.StrictDecoder.Decoded;
import io.i2kit.apiserver.patch.StrictDecoder.Format;
import io.i2kit.apiserver.registry.ApiException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictDecoderTest {
    private static final GroupVersionKind DEPLOYMENT = new GroupVersionKind("apps", "v1", "Deployment");
    private static final GroupVersionKind CONFIG_MAP = new GroupVersionKind("", "v1", "ConfigMap");
    private static final GroupVersionKind SECRET = new GroupVersionKind("", "v1", "Secret");

    private final StrictDecoder decoder = new StrictDecoder(Schema.builtIn());

    private Decoded decode(String body, GroupVersionKind kind, FieldValidation validation) {
        return decoder.decode(Trees.bytes(body), Format.JSON, kind, validation);
    }

    private String error(String body, GroupVersionKind kind) {
        ApiException error = catchThrowableOfType(ApiException.class, () -> decode(body, kind, FieldValidation.STRICT));
        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo(400);
        return Objects.requireNonNull(error.getMessage());
    }

    @Test
    void namesUnknownAndDuplicateFields() {
        String body =
                "{'metadata':{'name':'d'},'spec':{'replicas':1,'bogus':2,'template':{'spec':{'containers':[{'imag':'x'}]}},"
                        + "'replicas':3}}";
        assertThat(error(body, DEPLOYMENT))
                .isEqualTo("Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error:"
                        + " unknown field \"spec.bogus\", unknown field \"spec.template.spec.containers[0].imag\","
                        + " duplicate field \"spec.replicas\"");
        Decoded warned = decode(body, DEPLOYMENT, FieldValidation.WARN);
        assertThat(warned.warnings())
                .containsExactly(
                        "unknown field \"spec.bogus\"",
                        "unknown field \"spec.template.spec.containers[0].imag\"",
                        "duplicate field \"spec.replicas\"");
        assertThat(warned.object())
                .isEqualTo(Trees.tree("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'},"
                        + "'spec':{'replicas':3,'template':{'spec':{'containers':[{}]}}}}"));
        assertThat(decode(body, DEPLOYMENT, FieldValidation.IGNORE).warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"spec\":{\"replicas\":\"3\"}}|string into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"spec\":{\"replicas\":1.5}}|number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"spec\":{\"replicas\":3000000000}}|number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"spec\":{\"paused\":\"yes\"}}|string into Go struct field DeploymentSpec.spec.paused of type bool",
                "{\"metadata\":{\"labels\":{\"a\":1}}}|number into Go struct field ObjectMeta.metadata.labels of type string",
                "{\"metadata\":[]}|array into Go struct field Deployment.metadata of type v1.ObjectMeta",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":{}}}}}|object into Go struct field"
                        + " PodSpec.spec.template.spec.containers of type []v1.Container",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":7}]}}}}|number into Go struct field"
                        + " Container.spec.template.spec.containers.name of type string",
            })
    void tellsWrongTypesAsGoDoes(String body, String rest) {
        assertThat(error(body, DEPLOYMENT))
                .isEqualTo("Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal "
                        + rest);
    }

    @Test
    void readsQuantitiesAndIntOrString() {
        Decoded pod = decode(
                "{'spec':{'containers':[{'name':'c','resources':{'limits':{'cpu':0.5,'memory':'1024Mi'}},"
                        + "'livenessProbe':{'httpGet':{'port':'web'}},'readinessProbe':{'tcpSocket':{'port':80}}}]}}",
                new GroupVersionKind("", "v1", "Pod"),
                FieldValidation.STRICT);
        assertThat(pod.object().at("/spec/containers/0/resources/limits"))
                .isEqualTo(Trees.tree("{'cpu':'500m','memory':'1Gi'}"));
        assertThat(error(
                        "{'spec':{'containers':[{'resources':{'limits':{'cpu':'lots'}}}]}}",
                        new GroupVersionKind("", "v1", "Pod")))
                .isEqualTo(
                        "Pod in version \"v1\" cannot be handled as a Pod: quantities must match the regular expression"
                                + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }

    @Test
    void dropsNulls() {
        Decoded map = decode(
                "{'metadata':{'creationTimestamp':null,'name':'m'},'data':{'a':null}}",
                CONFIG_MAP,
                FieldValidation.STRICT);
        assertThat(map.object())
                .isEqualTo(
                        Trees.tree("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'a':''}}"));
    }

    @Test
    void refusesOtherKinds() {
        assertThat(error("{'apiVersion':'v1','kind':'ConfigMap'}", SECRET))
                .isEqualTo("ConfigMap in version \"v1\" cannot be handled as a Secret:"
                        + " converting (v1.ConfigMap) to (core.Secret): unknown conversion");
        assertThat(error("{'apiVersion':'extensions/v1beta1','kind':'Deployment'}", DEPLOYMENT))
                .startsWith(
                        "Deployment in version \"v1beta1\" cannot be handled as a Deployment: no kind \"Deployment\" is"
                                + " registered for version \"extensions/v1beta1\" in scheme");
        assertThat(error(
                        "{'apiVersion':'autoscaling/v1','kind':'HorizontalPodAutoscaler'}",
                        new GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler")))
                .isEqualTo("the API version in the data (autoscaling/v1) does not match the expected API version"
                        + " (autoscaling/v2)");
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThat(error("{'a':", CONFIG_MAP))
                .isEqualTo("the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind;"
                        + " json parse error: unexpected end of JSON input ({\"a\":)");
        assertThat(error("", CONFIG_MAP)).endsWith("unexpected end of JSON input (<empty>)");
        assertThat(error("xyz", CONFIG_MAP)).contains("invalid character 'x'").endsWith("(78797a)");
        assertThat(error("[]", CONFIG_MAP)).contains("cannot unmarshal array");
    }

    @Test
    void refusesBadBase64AndTimes() {
        assertThat(error("{'data':{'k':'a*b='}}", SECRET))
                .isEqualTo(
                        "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 1");
        assertThat(error("{'metadata':{'deletionTimestamp':'yesterday'}}", SECRET))
                .contains("parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\"");
    }

    @Test
    void readsYaml() {
        Decoded decoded = decoder.decode(
                Trees.bytes("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  a: 'yes'\n  b: \"1\"\n"),
                Format.YAML,
                CONFIG_MAP,
                FieldValidation.STRICT);
        assertThat(decoded.object())
                .isEqualTo(Trees.tree("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},"
                        + "'data':{'a':'yes','b':'1'}}"));
    }
}
