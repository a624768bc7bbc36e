package org.iommulab.walls;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import org.iommulab.hardware.IommuUnit;
import org.junit.jupiter.api.Test;

/**
 * The three roles in a backend's room. Layout: bits, no behaviour. Unit: what extends {@link IommuUnit}. Driver: what
 * speaks to the bus and the core. Unit and driver meet in registers, memory and interrupt lines only. The room's
 * {@code Backend} has no role: it builds the units and hands the drivers their registers.
 */
class RolesTest {
    private static final String[] SOFTWARE = {
        "org.iommulab.bus..",
        "org.iommulab.core..",
        "org.iommulab.dma..",
        "org.iommulab.user..",
        "org.iommulab.kernel.."
    };

    @Test
    void aLayoutSeesNeitherUnitNorDriver() {
        layouts(describe("are a unit or a driver", c -> unit(c) || driver(c)))
                .allowEmptyShould(true)
                .check(Model.CLASSES);
    }

    @Test
    void aUnitKnowsNoKernelAndNoDriver() {
        noClasses()
                .that(describe("are a unit", RolesTest::unit))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SOFTWARE)
                .orShould()
                .dependOnClassesThat(describe("are a driver", RolesTest::driver))
                .allowEmptyShould(true)
                .check(Model.CLASSES);
    }

    @Test
    void aDriverKnowsNoUnit() {
        noClasses()
                .that(describe("are a driver", RolesTest::driver))
                .should()
                .dependOnClassesThat(describe("are a unit", RolesTest::unit))
                .allowEmptyShould(true)
                .check(Model.CLASSES);
    }

    @Test
    void aCuriousLayoutIsFound() {
        var samples = Model.samples(CuriousLayout.class, SampleDriver.class);
        var result = layouts(describe("are a driver", c -> c.getSimpleName().contains("Driver")))
                .evaluate(samples);
        assertThat(result.hasViolation()).isTrue();
    }

    private static ArchRule layouts(DescribedPredicate<JavaClass> unseen) {
        return noClasses()
                .that()
                .haveSimpleNameEndingWith("Layout")
                .and()
                .resideInAnyPackage("org.iommulab.backend..", "org.iommulab.walls..")
                .should()
                .dependOnClassesThat(unseen);
    }

    private static boolean unit(JavaClass type) {
        return room(type) && type.isAssignableTo(IommuUnit.class);
    }

    private static boolean driver(JavaClass type) {
        return room(type)
                && !type.getSimpleName().endsWith("Backend")
                && type.getDirectDependenciesFromSelf().stream().anyMatch(use -> {
                    String other = use.getTargetClass().getPackageName();
                    return other.startsWith("org.iommulab.bus") || other.startsWith("org.iommulab.core");
                });
    }

    /** In a vendor's room, not in the package of the registry, which assembles units and drivers. */
    private static boolean room(JavaClass type) {
        return type.getPackageName().startsWith("org.iommulab.backend.");
    }

    @SuppressWarnings("unused")
    private static final class CuriousLayout {
        private final SampleDriver driver = new SampleDriver();
    }

    private static final class SampleDriver {}
}
