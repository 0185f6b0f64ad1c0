package io.i2kit.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.openapi.SchemaNode;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Laws of strategic merge patches with directives, over objects of many kinds. The seed of each case is its name. */
class StrategicPropertiesTest {
    static LongStream seeds() {
        return RandomObjects.seeds(200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aDifferenceLeadsFromAnyObjectToAnyOther(long seed) throws StrategicMergePatch.PatchException {
        RandomObjects objects = new RandomObjects(seed);
        SchemaNode schema = objects.schema();
        ObjectNode from = objects.next();
        ObjectNode to = objects.next();
        ObjectNode patch = StrategicDifference.between(from, to, schema);
        assertThat(StrategicMergePatch.apply(from, patch, schema))
                .as("%s", patch)
                .isEqualTo(to);
        assertThat(StrategicMergePatch.apply(to, patch, schema))
                .as("again: %s", patch)
                .isEqualTo(to);
    }

    /** Two writers that change different fields of one object both keep what they wrote, in either order. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void changesOfDifferentFieldsCommute(long seed) throws StrategicMergePatch.PatchException {
        RandomObjects objects = new RandomObjects(seed);
        SchemaNode schema = objects.schema();
        ObjectNode live = objects.next();
        ObjectNode spec = StrategicDifference.between(live, objects.next(), schema);
        ObjectNode labels = Trees.tree("{'metadata':{'labels':{'other':'writer'}}}");
        ObjectNode one = StrategicMergePatch.apply(StrategicMergePatch.apply(live, spec, schema), labels, schema);
        ObjectNode other = StrategicMergePatch.apply(StrategicMergePatch.apply(live, labels, schema), spec, schema);
        assertThat(one).isEqualTo(other);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void replacingAnObjectForgetsWhatItWas(long seed) throws StrategicMergePatch.PatchException {
        RandomObjects objects = new RandomObjects(seed);
        SchemaNode schema = objects.schema();
        ObjectNode to = objects.next();
        ObjectNode patch = to.deepCopy().put(StrategicMergePatch.DIRECTIVE, "replace");
        assertThat(StrategicMergePatch.apply(objects.next(), patch, schema)).isEqualTo(to);
        ObjectNode delete = Trees.tree("{'$patch':'delete'}");
        assertThat(StrategicMergePatch.apply(to, delete, schema).isEmpty()).isTrue();
    }
}
