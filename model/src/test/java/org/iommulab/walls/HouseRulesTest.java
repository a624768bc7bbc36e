package org.iommulab.walls;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
    /** Each package says in its package-info that null means nothing in it. */
    @Test
    void packagesAreNullMarked() {
        var unmarked = Model.CLASSES.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(p -> !p.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .map(JavaPackage::getName);
        assertThat(unmarked).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl)").check(Model.CLASSES);
    }

    @Test
    void theModelPrintsNothing() {
        noClasses().should(ACCESS_STANDARD_STREAMS).check(Model.CLASSES);
    }

    /** The same scenario gives the same recording: no clock, no threads, no chance without a seed. Who plays it may time it. */
    @Test
    void theMachineIsDeterministic() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.iommulab.scenario..",
                        "org.iommulab.explore..",
                        "org.iommulab.capture..",
                        "org.iommulab.handover..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callConstructor(java.util.Random.class)
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, java.util.concurrent.ThreadLocalRandom.class, java.time.Clock.class)
                .check(Model.CLASSES);
    }
}
