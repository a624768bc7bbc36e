package org.iommulab.app.walls;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AppWallsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPackages("org.iommulab.app");

    /** The window and the export are none: they put views together. */
    private static final Set<String> VIEWS = Set.of(
            "graph",
            "walk",
            "timeline",
            "log",
            "registers",
            "source",
            "ops",
            "rules",
            "story",
            "inspector",
            "matrix",
            "why",
            "compare",
            "decode",
            "machine",
            "editor");

    /** What every view stands on. Nothing in here sees a view. */
    private static final Set<String> GROUND = Set.of("playback", "draw", "words", "pane");

    private static final String APP = "org.iommulab.app.";

    static Stream<String> views() {
        return VIEWS.stream().sorted();
    }

    static Stream<String> ground() {
        return GROUND.stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("views")
    void aViewSeesNoOtherView(String view) {
        noClasses()
                .that()
                .resideInAPackage(APP + view + "..")
                .should()
                .dependOnClassesThat(describe(
                        "belong to the app, but neither to this view nor to what views stand on",
                        (JavaClass other) ->
                                inApp(other) && !room(other).equals(view) && !GROUND.contains(room(other))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("ground")
    void whatViewsStandOnSeesNoView(String part) {
        noClasses()
                .that()
                .resideInAPackage(APP + part + "..")
                .should()
                .dependOnClassesThat(describe(
                        "belong to the app above", (JavaClass other) -> inApp(other) && !GROUND.contains(room(other))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theAppNamesNoDriverAndNoDevice() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.iommulab.backend.*..", "org.iommulab.consumer.*..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.iommulab.app.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheCommandLineAndTheBenchmarksPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.iommulab.app", "org.iommulab.app.cli..", "org.iommulab.app.bench..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(CLASSES);
    }

    @Test
    void packagesAreNullMarked() {
        var unmarked = CLASSES.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(p -> !p.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .map(JavaPackage::getName);
        assertThat(unmarked).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl)").check(CLASSES);
    }

    private static boolean inApp(JavaClass type) {
        return type.getPackageName().startsWith(APP);
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring(APP.length()).split("\\.", 2)[0];
    }
}
