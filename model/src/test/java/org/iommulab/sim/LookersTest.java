package org.iommulab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.function.Supplier;
import org.iommulab.memory.PhysicalMemory;
import org.junit.jupiter.api.Test;

class LookersTest {
    private static final Term STEP = Term.hex("step");
    private static final long BASE = 0x8000_0000L;
    private static final int NOBODY = 0;
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 4;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, BASE, 1 << 20);
    private final int cell = machine.newCells(600);

    private void step() {
        machine.emit(EventKind.CHANGED, Lane.CORE, STEP, null, 0, 0);
    }

    /** The first looks at a cell, the second at a word of memory, the third at memory in ways of its own. */
    private Lookers lookers() {
        var lookers = new Lookers(machine.finish(), THIRD, true);
        lookers.look(0, () -> machine.load(cell));
        lookers.look(1, () -> memory.read32(BASE + 0x104));
        return lookers;
    }

    @Test
    void whoLookedAtWhatChangesIsConcerned() {
        machine.powerOn();
        machine.store(cell, 1);
        step();
        machine.store(cell + 1, 1);
        step();
        machine.store(cell + 599, 1);
        step();
        memory.write32(BASE + 0x100, 1); // the same word of 64 bits
        step();
        memory.write32(BASE + 0x108, 1);
        step();
        memory.fill32(BASE + 0x1000, 64, 1);
        step();
        machine.store(cell, 2);
        memory.write32(BASE + 0x104, 2);
        step();
        Lookers lookers = lookers();
        assertThat(lookers.concerned(1)).isEqualTo(FIRST);
        assertThat(lookers.concerned(2)).isEqualTo(NOBODY);
        assertThat(lookers.concerned(3)).isEqualTo(NOBODY);
        assertThat(lookers.concerned(4)).isEqualTo(SECOND | THIRD);
        assertThat(lookers.concerned(5)).isEqualTo(THIRD);
        assertThat(lookers.concerned(6)).as("a run of words is everybody's").isEqualTo((1 << Lookers.MOST) - 1);
        assertThat(lookers.concerned(7)).isEqualTo(FIRST | SECOND | THIRD);
        assertThat(lookers.concerned(2)).as("out of turn").isEqualTo(NOBODY);
        assertThat(lookers.concerned(1)).isEqualTo(FIRST);
    }

    @Test
    void changesBehindTheLastStepBelongToIt() {
        machine.powerOn();
        step();
        machine.store(cell, 1);
        assertThat(lookers().concerned(1)).isEqualTo(FIRST);
    }

    @Test
    void whoLooksOnlyAfterwardsIsNotNoted() {
        machine.powerOn();
        machine.store(cell + 5, 1);
        step();
        Lookers lookers = lookers();
        machine.load(cell + 5);
        assertThat(lookers.concerned(1)).isEqualTo(NOBODY);
    }

    @Test
    void whatIsRememberedIsAskedAgainWhenItHasChanged() {
        machine.powerOn();
        machine.store(cell, 1);
        step();
        machine.store(cell + 1, 1);
        step();
        machine.store(cell + 2, 1);
        step();
        var lookers = new Lookers(machine.finish(), NOBODY, true);
        var asked = new ArrayList<String>();
        Supplier<Long> inner = () -> machine.remembered("inner", () -> {
            asked.add("inner");
            return machine.load(cell);
        });
        Supplier<Long> outer = () -> machine.remembered("outer", () -> {
            asked.add("outer");
            return inner.get() + machine.load(cell + 1);
        });
        lookers.look(0, outer);
        assertThat(asked).containsExactly("outer", "inner");
        lookers.look(1, inner);
        lookers.look(2, outer);
        assertThat(asked).as("both are known").hasSize(2);

        assertThat(lookers.concerned(1)).as("all three").isEqualTo(FIRST | SECOND | THIRD);
        lookers.look(0, outer);
        lookers.look(1, inner);
        assertThat(asked.subList(2, asked.size())).containsExactly("outer", "inner");

        assertThat(lookers.concerned(2)).as("not who asked for the inner one").isEqualTo(FIRST | THIRD);
        lookers.look(2, outer);
        assertThat(asked.subList(4, asked.size())).containsExactly("outer");
        assertThat(lookers.concerned(3)).isEqualTo(NOBODY);
    }

    @Test
    void whoDoesNotRememberIsAskedEachTime() {
        machine.powerOn();
        machine.store(cell, 1);
        step();
        var lookers = new Lookers(machine.finish(), NOBODY, false);
        Supplier<Long> question = () -> machine.remembered("key", () -> machine.load(cell));
        assertThat(lookers.look(0, question)).isEqualTo(1);
        new Cursor(machine.finish()).go(0);
        assertThat(lookers.look(0, question)).isZero();
    }

    @Test
    void aCopyKnowsTheSameAndGoesOnByItself() {
        machine.powerOn();
        machine.store(cell, 1);
        step();
        memory.write32(BASE + 0x100, 1);
        step();
        machine.store(cell + 1, 1);
        step();
        Lookers lookers = lookers();
        Supplier<Long> question = () -> machine.remembered("key", () -> machine.load(cell));
        lookers.look(3, question);
        Lookers copy = lookers.copy();
        copy.look(4, () -> machine.load(cell + 1));
        copy.look(5, question);
        assertThat(copy.concerned(1)).isEqualTo(FIRST | 1 << 3 | 1 << 5);
        assertThat(copy.concerned(2)).isEqualTo(SECOND | THIRD);
        assertThat(copy.concerned(3)).isEqualTo(1 << 4);
        assertThat(lookers.concerned(1)).as("who asked the copy").isEqualTo(FIRST | 1 << 3);
        assertThat(lookers.concerned(3)).isEqualTo(NOBODY);
    }
}
