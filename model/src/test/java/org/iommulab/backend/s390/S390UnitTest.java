package org.iommulab.backend.s390;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.iommulab.backend.s390.S390Layout.ErrorEvent;
import org.iommulab.backend.s390.S390Layout.Fib;
import org.iommulab.backend.s390.S390Layout.Outcome;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S390UnitTest {
    private static final long RAM = 0x8000_0000L;
    private static final int BYTES = 4 << 20;
    private static final long FIRST = 0x1_0000_0000L;
    private static final long LAST = 0x1_ffff_ffffL;
    private static final long IOVA = 0x1_2345_6000L;
    private static final long PAGE = RAM + (3 << 20);
    private static final int FID = 0x200;
    private static final int SLOTS = 8;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int EIO = -5;
    private static final int ENOMEM = -12;
    private static final long SEED = 200_390;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, BYTES);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (2 << 20));
    private final S390PageTable table =
            new S390PageTable(memory, frames, FIRST, LAST, TableListener.NONE, S390Warnings.IGNORED);
    private final InterruptLine events = new InterruptLine(machine, "zPCI event");
    private final S390Unit bare = unit(false);
    private final S390Unit shadowed = unit(true);

    private S390Unit unit(boolean shadow) {
        var unit = new S390Unit(machine, "0001:00:00.0", FID, 0x12345, shadow, SLOTS, memory, events);
        unit.enable();
        return unit;
    }

    private int attach(S390Unit unit) {
        return S390Calls.register(unit, unit.handle(), FIRST, LAST, table.base());
    }

    private static int refresh(S390Unit unit, long address, long length) {
        return S390Calls.refresh(unit, unit.handle(), address, length);
    }

    private DmaMaster master(S390Unit unit) {
        return new DmaMaster(machine, "mlx5", Optional.of(unit), memory);
    }

    @Test
    void theRequestOfTheSheet() {
        assertThat(S390Layout.request(0x12345, 0, S390Layout.REG_IOAT)).isEqualTo(0x0001_2345_0000_0004L);
        assertThat(S390Layout.request(0x12345, 0, 0)).isEqualTo(0x0001_2345_0000_0000L);
        assertThat(S390Layout.handle(S390Layout.request(0x8001_2345, 1, 5))).isEqualTo(0x8001_2345);
    }

    @Test
    void enablingChangesTheHandle() {
        assertThat(bare.handle()).isEqualTo(0x8001_2345);
        bare.disable();
        assertThat(bare.handle()).isEqualTo(0x12345);
        assertThat(bare.powered()).isFalse();
        assertThat(bare.refresh(S390Layout.request(0x8001_2345, 0, 0), FIRST, 4096))
                .isEqualTo(Outcome.INVALID_HANDLE);
        assertThat(bare.refresh(S390Layout.request(0x12345, 0, 0), FIRST, 4096))
                .isEqualTo(Outcome.error(S390Layout.STATUS_NOT_ENABLED));
        assertThat(master(bare).read32(IOVA)).isEqualTo(new Reply.Refused("function not enabled"));
    }

    @Test
    void registeringAndDeregistering() {
        assertThat(bare.refuses(master(bare))).isTrue();
        assertThat(refresh(bare, FIRST, 4096)).isEqualTo(EIO);
        int before = machine.steps();
        assertThat(attach(bare)).isZero();
        assertThat(Words.writes(machine, before)).isEqualTo("8001234500000004<-80000804");
        assertThat(bare.tableBase()).isEqualTo(table.base());
        assertThat(bare.translating()).isTrue();
        assertThat(bare.refuses(master(bare))).isFalse();
        assertThat(bare.registers().getLast().meaning()).isEqualTo("region third table at 0x80000000");

        assertThat(attach(bare)).isEqualTo(EIO);
        assertThat(S390Calls.unregister(bare, bare.handle())).isZero();
        assertThat(S390Calls.unregister(bare, bare.handle())).isEqualTo(EIO);
        assertThat(S390Calls.unregister(bare, 1)).isZero();
        assertThat(bare.tableBase()).isZero();
        assertThat(bare.refuses(master(bare))).isTrue();
        assertThat(bare.registers().getLast().meaning()).isEqualTo("no anchor: nothing passes");
    }

    @Test
    void anotherTableInThePlaceOfTheFirst() {
        attach(bare);
        table.map(IOVA, PAGE, 4096, 1, RW);
        master(bare).read32(IOVA);
        long request = S390Layout.request(bare.handle(), 0, S390Layout.REREG_IOAT);

        assertThat(bare.modifyControls(request, new Fib(FIRST, LAST, S390Layout.regionThird(0x8010_0000L))))
                .isEqualTo(Outcome.OK);
        assertThat(bare.tlb()).isEmpty();
        assertThat(bare.tableBase()).isEqualTo(0x8010_0000L);
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        assertThat(bare.modifyControls(S390Layout.request(bare.handle(), 1, S390Layout.REG_IOAT), Fib.EMPTY))
                .isEqualTo(Outcome.error(S390Layout.STATUS_INVALID_ADDRESS_SPACE));
        assertThat(bare.modifyControls(S390Layout.request(bare.handle(), 0, 200), Fib.EMPTY)
                        .cc())
                .isEqualTo(S390Layout.CC_ERROR);
    }

    @Test
    void theJourneyOfAnAccess() {
        attach(bare);
        table.map(IOVA, PAGE, 4096, 1, RW);
        memory.write32(PAGE + 0x10, 77);
        int before = machine.steps();
        assertThat(master(bare).read32(IOVA + 0x10)).isEqualTo(new Reply.Done(77));
        assertThat(Words.kinds(machine, before))
                .isEqualTo("Dma TlbMiss WalkRead WalkRead WalkRead TlbFill Translated Data");
        before = machine.steps();
        assertThat(master(bare).write32(IOVA + 0x14, 5)).isEqualTo(new Reply.Done(5));
        assertThat(Words.kinds(machine, before)).isEqualTo("Dma TlbHit Translated Data");
    }

    @ParameterizedTest
    @CsvSource({
        "0x123457000, false, translation",
        "0x123456000, true,  protection",
        "0xFFFFF000,  false, outside the DMA range",
        "0x200000000, true,  outside the DMA range",
    })
    void oneBadAccessStopsTheWholeFunction(long address, boolean write, String cause) {
        attach(bare);
        table.map(IOVA, PAGE, 4096, 1, Prot.READ);
        DmaMaster master = master(bare);
        assertThat(master.read32(IOVA)).isInstanceOf(Reply.Done.class);

        Reply reply = write ? master.write32(address, 1) : master.read32(address);

        assertThat(reply).isEqualTo(new Reply.Refused(cause));
        assertThat(events.isRaised()).isTrue();
        assertThat(bare.fault()).isEqualTo("function in error since an access to 0x" + Long.toHexString(address));
        assertThat(master.read32(IOVA)).isEqualTo(new Reply.Refused("function in error"));
        assertThat(bare.refuses(master)).isTrue();
        assertThat(refresh(bare, IOVA, 4096)).isEqualTo(EIO);
        assertThat(bare.storeEvent())
                .contains(new ErrorEvent(S390Layout.PEC_IN_ERROR, FID, bare.handle(), address, write));
        assertThat(bare.storeEvent()).isEmpty();
        assertThat(events.isRaised()).isFalse();
    }

    @Test
    void withoutAnAnchorAnAccessIsAnErrorToo() {
        assertThat(master(bare).read32(IOVA)).isEqualTo(new Reply.Refused("no translation anchor"));
        assertThat(bare.modifyControls(
                        S390Layout.request(bare.handle(), 0, S390Layout.REG_IOAT), new Fib(FIRST, LAST, 0)))
                .isEqualTo(Outcome.error(S390Layout.STATUS_NOT_AVAILABLE));
    }

    @ParameterizedTest
    @ValueSource(longs = {0x8000_0000L, 0x8000_0800L, 0x8000_0004L, 0x8000_0808L})
    void anAnchorThatIsNoRegionThirdTable(long iota) {
        bare.modifyControls(S390Layout.request(bare.handle(), 0, S390Layout.REG_IOAT), new Fib(FIRST, LAST, iota));

        assertThat(master(bare).read32(IOVA)).isEqualTo(new Reply.Refused("wrong anchor"));
    }

    /** Unblock loads and stores, reset the error, go on: the anchor is still there. */
    @Test
    void recovery() {
        attach(bare);
        table.map(IOVA, PAGE, 4096, 1, RW);
        DmaMaster master = master(bare);
        master.read32(FIRST);

        bare.modifyControls(S390Layout.request(bare.handle(), 0, S390Layout.RESET_BLOCK), Fib.EMPTY);
        assertThat(master.read32(IOVA)).isEqualTo(new Reply.Refused("function in error"));
        bare.modifyControls(S390Layout.request(bare.handle(), 0, S390Layout.RESET_ERROR), Fib.EMPTY);
        assertThat(bare.fault()).isEmpty();
        assertThat(master.read32(IOVA)).isInstanceOf(Reply.Done.class);
        assertThat(refresh(bare, IOVA, 4096)).isZero();
    }

    @Test
    void anErrorThatIsResetButStillBlockedIsSaidSo() {
        attach(bare);
        master(bare).read32(FIRST);
        bare.modifyControls(S390Layout.request(bare.handle(), 0, S390Layout.RESET_ERROR), Fib.EMPTY);

        assertThat(bare.refresh(S390Layout.request(bare.handle(), 0, 0), FIRST, 4096))
                .isEqualTo(Outcome.error(S390Layout.STATUS_BLOCKED));
        bare.disable();
        bare.enable();
        assertThat(attach(bare)).isZero();
        assertThat(refresh(bare, FIRST, 4096)).isZero();
    }

    @Test
    void anUnmappedPageIsStillReachedUntilItIsRefreshed() {
        attach(bare);
        table.map(IOVA, PAGE, 4096, 1, RW);
        master(bare).read32(IOVA);
        table.unmap(IOVA, 4096, 1);

        assertThat(master(bare).read32(IOVA)).isInstanceOf(Reply.Done.class);
        assertThat(refresh(bare, IOVA + 4096, 4096)).isZero();
        assertThat(bare.tlb()).hasSize(1);
        assertThat(refresh(bare, IOVA, 4096)).isZero();
        assertThat(bare.tlb()).isEmpty();
        assertThat(master(bare).read32(IOVA)).isEqualTo(new Reply.Refused("translation"));
    }

    /** Under a hypervisor a new mapping means nothing before the refresh, though the table looks right. */
    @Test
    void aShadowKnowsWhatWasRefreshed() {
        attach(shadowed);
        table.map(IOVA, PAGE, 4096, 1, RW);
        assertThat(shadowed.trace(IOVA, false).levels()).hasSize(3);
        assertThat(shadowed.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("translation"));

        assertThat(refresh(shadowed, IOVA, 4096)).isZero();
        assertThat(master(shadowed).read32(IOVA)).isInstanceOf(Reply.Done.class);
        table.unmap(IOVA, 4096, 1);
        assertThat(refresh(shadowed, IOVA, 4096)).isZero();
        assertThat(master(shadowed).read32(IOVA)).isEqualTo(new Reply.Refused("translation"));
    }

    @Test
    void aShadowWithoutRoomSaysSo() {
        attach(shadowed);
        table.map(IOVA, PAGE, 4096, SLOTS + 1, RW);

        assertThat(refresh(shadowed, IOVA, (SLOTS + 1) * 4096L)).isEqualTo(ENOMEM);
        assertThat(shadowed.tlb()).hasSize(SLOTS);
        // What is unmapped makes room, once the hypervisor hears of it.
        table.unmap(IOVA, 4096, 4);
        assertThat(refresh(shadowed, FIRST, LAST - FIRST + 1)).isZero();
        assertThat(shadowed.tlb()).hasSize(SLOTS - 3);
    }

    @Test
    void aTraceShowsTheWalkAndChangesNothing() {
        attach(bare);
        table.map(IOVA, PAGE, 4096, 1, Prot.READ);
        int steps = machine.steps();
        long digest = machine.fullDigest();

        var trace = bare.trace(IOVA + 0x123, false);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(PAGE + 0x123, 4096, "r"));
        assertThat(trace.tlb()).isEqualTo("miss");
        assertThat(trace.levels()).extracting(l -> l.index()).containsExactly(2, 0x234, 0x56);
        assertThat(bare.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Refused("protection"));
        assertThat(bare.trace(0, true).verdict()).isEqualTo(new Verdict.Refused("outside the DMA range"));
        assertThat(machine.steps()).isEqualTo(steps);
        assertThat(machine.fullDigest()).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void randomInstructionsAndTablesNeverThrow(boolean shadow) {
        var random = new Random(SEED);
        S390Unit unit = unit(shadow);
        DmaMaster master = master(unit);
        for (int i = 0; i < 10_000; i++) {
            int operation = random.nextInt(12);
            int handle = random.nextInt(8) == 0 ? random.nextInt() : unit.handle();
            long iota = random.nextInt(3) == 0 ? random.nextLong() : S390Layout.regionThird(RAM + (i % 64 << 14));
            long first = random.nextInt(4) == 0 ? random.nextLong() : 0;
            long last = random.nextInt(4) == 0 ? random.nextLong() : -1;
            unit.modifyControls(
                    S390Layout.request(handle, random.nextInt(9) / 8, operation), new Fib(first, last, iota));
            long entry = random.nextInt(3) == 0 ? random.nextLong() : RAM + random.nextInt(BYTES) & ~0x20L;
            memory.write64(RAM + random.nextInt(1 << 18) * 8L, Long.reverseBytes(entry));
            unit.refresh(S390Layout.request(handle, 0, 0), random.nextLong(), random.nextLong());
            long address = random.nextBoolean() ? random.nextLong() : random.nextLong() >>> 22;
            assertThat(random.nextBoolean() ? master.read32(address) : master.write32(address, i))
                    .as("seed %d", SEED)
                    .isNotNull();
            assertThat(unit.trace(address, false)).isNotNull();
            unit.storeEvent();
            if (i % 500 == 0) {
                unit.disable();
                unit.enable();
                assertThat(unit.registers()).hasSize(4);
            }
        }
    }
}
