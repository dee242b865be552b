package dev.millrace.site;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Dependencies between modules go one way, as ARCHITECTURE.md says.
class ModuleBoundariesTest {

    private static final String ROOT = "dev.millrace.";
    private static final List<String> EDGES = List.of("streams", "inference", "search", "gateway");

    private static JavaClasses millrace = new ClassFileImporter().importClasses();

    @BeforeAll
    static void readClasses() {
        millrace =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.millrace");
    }

    @Test
    void domainKnowsNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage(ROOT + "domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "domain..", "java..", "javax.crypto..", "org.jspecify.annotations..")
                .check(millrace);
    }

    @Test
    void schemasKnowsNothingOfTheModulesAboveIt() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "schemas..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above())
                .check(millrace);
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "inference", "search", "gateway"})
    void edgesMeetInTopicsOnly(String edge) {
        var others =
                EDGES.stream()
                        .filter(other -> !other.equals(edge))
                        .map(other -> ROOT + other + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + edge + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "site..")
                .check(millrace);
    }

    /// A replay reads and does nothing else: what is in it cannot write, whatever it is told.
    @Test
    void replaysHaveNoProducer() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "streams.replay..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.clients.producer..")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "schemas.client..")
                .check(millrace);
    }

    @Test
    void generatedRecordsStayInsideSchemas() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "schemas..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "schemas.record..")
                .check(millrace);
    }

    @Test
    void everyModuleIsThere() {
        for (var module :
                List.of("domain", "schemas", "streams", "inference", "search", "gateway")) {
            org.assertj.core.api.Assertions.assertThat(
                            millrace.stream().map(JavaClass::getPackageName))
                    .as("classes of %s were read", module)
                    .anyMatch(name -> name.startsWith(ROOT + module));
        }
    }

    private static String[] above() {
        return java.util.stream.Stream.concat(EDGES.stream(), java.util.stream.Stream.of("site"))
                .map(module -> ROOT + module + "..")
                .toArray(String[]::new);
    }
}
