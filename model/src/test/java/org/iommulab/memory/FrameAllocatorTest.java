package org.iommulab.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.junit.jupiter.api.Test;

class FrameAllocatorTest {
    private static final long FIRST = 0x4000_0000L;
    private static final long END = FIRST + (1 << 20);

    private final Machine machine = Machine.recording();
    private final FrameAllocator frames = new FrameAllocator(machine, FIRST, END);

    @Test
    void addressesRiseAndAreAligned() {
        assertThat(frames.allocate(4096, 4096)).isEqualTo(FIRST);
        assertThat(frames.allocate(1024, 1024)).isEqualTo(FIRST + 4096);
        assertThat(frames.allocate(16384, 16384)).isEqualTo(FIRST + 16384);
        frames.free(1024);
        assertThat(frames.allocate(1024, 1024))
                .as("what was given back is not reused")
                .isEqualTo(FIRST + 32768);
        assertThat(frames.inUse()).isEqualTo(4096 + 16384 + 1024);
    }

    @Test
    void theSameRequestsGetTheSameAddresses() {
        assertThat(requests(frames)).isEqualTo(requests(new FrameAllocator(Machine.unrecorded(), FIRST, END)));
    }

    private static List<Long> requests(FrameAllocator frames) {
        var random = new Random(3);
        var addresses = new ArrayList<Long>();
        long end = FIRST;
        for (int i = 0; i < 200; i++) {
            long alignment = 1L << random.nextInt(13);
            long bytes = 1 + random.nextInt(3000);
            long address = frames.allocate(bytes, alignment);
            assertThat(address % alignment).isZero();
            assertThat(address).isGreaterThanOrEqualTo(end);
            end = address + bytes;
            addresses.add(address);
        }
        return addresses;
    }

    @Test
    void theRangeCanBeUsedToItsLastByteAndNoFurther() {
        frames.allocate(END - FIRST - 8, 8);
        frames.allocate(8, 8);
        assertThatExceptionOfType(LimitReached.class).isThrownBy(() -> frames.allocate(1, 1));
        assertThatExceptionOfType(LimitReached.class).isThrownBy(() -> frames.allocate(Long.MAX_VALUE, 1));
        assertThat(frames.inUse()).isEqualTo(END - FIRST);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> frames.allocate(0, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> frames.allocate(8, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameAllocator(machine, END, FIRST));
    }

    @Test
    void goingBackGivesTheSameFramesAgain() {
        machine.emit(EventKind.ENTER, Lane.CORE, Term.hex("begin"), 0, 0, 0);
        long address = frames.allocate(4096, 4096);
        machine.emit(EventKind.MEMORY, Lane.CORE, Term.hex("allocate"), 0, address, 4096);
        var cursor = new Cursor(machine.finish());
        cursor.go(1);
        assertThat(frames.inUse()).isZero();
        cursor.cut();
        assertThat(frames.allocate(4096, 4096)).isEqualTo(address);
    }
}
