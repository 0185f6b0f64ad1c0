package io.i2kit.apiserver;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may import what: data flows one way. */
@AnalyzeClasses(
        packages = "io.i2kit",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoJarsOfTests.class})
class ArchitectureTest {
    /** Another module's tests, packed. */
    static final class NoJarsOfTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule CLOUD_KNOWS_NO_KUBERNETES = noClasses()
            .that()
            .resideInAPackage("io.i2kit.cloud..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.vertx..", "io.i2kit.translator..", "io.i2kit.apiserver..");

    @ArchTest
    static final ArchRule MODEL_IS_PLAIN_DATA = classes()
            .that()
            .resideInAPackage("io.i2kit.cloud.model")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify..", "com.fasterxml.jackson..", "tools.jackson..", "io.i2kit.cloud.model");

    @ArchTest
    static final ArchRule PROVIDERS_KNOW_THE_MODEL_ONLY = classes()
            .that()
            .resideInAPackage("io.i2kit.cloud.provider")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.i2kit.cloud.model", "io.i2kit.cloud.provider");

    @ArchTest
    static final ArchRule TRANSLATOR_IS_PURE = noClasses()
            .that()
            .resideInAPackage("io.i2kit.translator..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.net.http..",
                    "java.util.concurrent..",
                    "io.vertx..",
                    "io.i2kit.apiserver..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule TRANSLATOR_SEES_THE_MODEL_ONLY = noClasses()
            .that()
            .resideInAPackage("io.i2kit.translator..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.i2kit.cloud.image..",
                    "io.i2kit.cloud.local..",
                    "io.i2kit.cloud.deploy..",
                    "io.i2kit.cloud.aws..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule ONLY_HTTP_AND_APP_SEE_VERTX = noClasses()
            .that()
            .resideInAPackage("io.i2kit..")
            .and()
            .resideOutsideOfPackages("io.i2kit.apiserver.http..", "io.i2kit.apiserver.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..");

    @ArchTest
    static final ArchRule ONLY_APP_SEES_CLOUD_IMPLEMENTATIONS = noClasses()
            .that()
            .resideInAPackage("io.i2kit.apiserver..")
            .and()
            .resideOutsideOfPackage("io.i2kit.apiserver.app..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.i2kit.cloud.aws..", "io.i2kit.cloud.local..");

    /** Where nobody asked for AWS, no class of it is loaded: that is start-up time and memory. */
    @ArchTest
    static final ArchRule ONLY_THE_AWS_CLOUD_SEES_ITS_SDK = noClasses()
            .that()
            .resideOutsideOfPackage("io.i2kit.cloud.aws..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule STORAGE_KNOWS_NO_KINDS = noClasses()
            .that()
            .resideInAPackage("io.i2kit.apiserver.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.i2kit.apiserver.registry..",
                    "io.i2kit.apiserver.http..",
                    "io.i2kit.apiserver.controller..",
                    "io.i2kit.apiserver.informer..",
                    "io.fabric8..",
                    "io.i2kit.cloud..");

    @ArchTest
    static final ArchRule TYPED_OBJECTS_KNOW_TREES_AND_THE_MODEL_ONLY = noClasses()
            .that()
            .resideInAPackage("io.i2kit.apiserver.typed..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.i2kit..").and(resideOutsideOfPackage("io.i2kit.apiserver.typed..")));

    @ArchTest
    static final ArchRule REGISTRY_IS_BELOW_HTTP_AND_CONTROLLERS = noClasses()
            .that()
            .resideInAPackage("io.i2kit.apiserver.registry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.i2kit.apiserver.http..", "io.i2kit.apiserver.controller..", "io.i2kit.apiserver.app..");

    @ArchTest
    static final ArchRule CONTROLLERS_KNOW_NO_HTTP = noClasses()
            .that()
            .resideInAPackage("io.i2kit.apiserver.controller..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.i2kit.apiserver.http..", "io.i2kit.apiserver.app..");

    @ArchTest
    static final ArchRule CONTROLLERS_DO_NOT_KNOW_EACH_OTHER = slices().matching("io.i2kit.apiserver.controller.(*)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);
}
