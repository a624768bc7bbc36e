package org.iommulab.walls;

import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import org.iommulab.sim.Recomputable;
import org.iommulab.sim.StateStore;
import org.junit.jupiter.api.Test;

/** State of the machine lives in cells or memory: a plain field that changes would survive a step back. */
class MachineStateTest {
    private static final String[] MACHINE = {
        "org.iommulab.bus..",
        "org.iommulab.core..",
        "org.iommulab.dma..",
        "org.iommulab.user..",
        "org.iommulab.backend..",
        "org.iommulab.consumer..",
        "org.iommulab.hardware..",
        "org.iommulab.memory..",
        "org.iommulab.pagetable..",
        "org.iommulab.board.."
    };

    @Test
    void fieldsOfTheMachineAreFinal() {
        rule(MACHINE).check(Model.CLASSES);
    }

    @Test
    void aPlainFieldIsFoundAndACacheIsNot() {
        var result = rule("org.iommulab.walls..").evaluate(Model.samples(Forgetful.class, Cached.class));
        assertThat(result.getFailureReport().getDetails())
                .singleElement()
                .asString()
                .contains("Forgetful.count");
    }

    private static ArchRule rule(String... packages) {
        return fields().that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(packages)
                .should(beFinalOrNoState())
                .allowEmptyShould(true);
    }

    private static ArchCondition<JavaField> beFinalOrNoState() {
        return new ArchCondition<>("be final, or @Recomputable, or in a StateStore") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                var owner = field.getOwner();
                if (!field.getModifiers().contains(JavaModifier.FINAL)
                        && !field.isAnnotatedWith(Recomputable.class)
                        && !owner.isAnnotatedWith(Recomputable.class)
                        && !owner.isAssignableTo(StateStore.class)) {
                    events.add(violated(field, field.getFullName() + " can change outside the journal"));
                }
            }
        };
    }

    @SuppressWarnings("unused")
    private static final class Forgetful {
        private int count;
    }

    @SuppressWarnings("unused")
    private static final class Cached {
        @Recomputable
        private int size;
    }
}
