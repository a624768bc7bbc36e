package org.iommulab.walls;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import org.iommulab.walls.samples.backend.one.SeesItsNeighbour;
import org.iommulab.walls.samples.backend.two.Neighbour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VisibilityTest {
    @ParameterizedTest
    @EnumSource
    void aPackageSeesOnlyWhatItsRowAllows(Visibility row) {
        rule(row).check(Model.CLASSES);
    }

    @Test
    void everyPackageHasARow() {
        assertThat(Model.CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .allMatch(Visibility::known);
    }

    @Test
    void theTableForbidsWhatTheArchitectureForbids() {
        assertThat(Visibility.SIM.allows("org.iommulab.kernel")).isFalse();
        assertThat(Visibility.CORE.allows("org.iommulab.hardware")).isFalse();
        assertThat(Visibility.GRAPH.allows("org.iommulab.backend.exynos")).isFalse();
        assertThat(Visibility.EXPLORE.allows("org.iommulab.consumer.nvme")).isFalse();
        assertThat(Visibility.EXPLORE.allows("org.iommulab.consumer")).isTrue();
        assertThat(Visibility.BOARD.allows("org.iommulab.backend.exynos")).isTrue();
    }

    @Test
    void roomsOfBackendsDoNotSeeEachOther() {
        rooms("org.iommulab.backend").check(Model.CLASSES);
    }

    @Test
    void roomsOfConsumersDoNotSeeEachOther() {
        rooms("org.iommulab.consumer").check(Model.CLASSES);
    }

    @Test
    void aNeighbourlyRoomIsFound() {
        var samples = Model.samples(SeesItsNeighbour.class, Neighbour.class);
        assertThatThrownBy(() -> rooms("org.iommulab.walls.samples.backend").check(samples))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("SeesItsNeighbour");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.iommulab.(*)..").should().beFreeOfCycles().check(Model.CLASSES);
    }

    @Test
    void theModelKnowsNoScreen() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javafx..", "com.sun.javafx..", "java.awt..", "javax.swing..", "org.iommulab.app..")
                .check(Model.CLASSES);
    }

    private static ArchRule rule(Visibility row) {
        return noClasses()
                .that()
                .resideInAPackage(row.pattern())
                .should()
                .dependOnClassesThat(describe(
                        "are not allowed for " + row, (JavaClass other) -> !row.allows(other.getPackageName())))
                .allowEmptyShould(true);
    }

    private static ArchRule rooms(String parent) {
        return slices().matching(parent + ".(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true);
    }
}
