package org.iommulab.backend.sun50i;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Sun50iUnitTest {
    private static final long IOVA = 0xfe7c_3000L;
    private static final long PAGE = Sun50iFormat.PAGE;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final long RAM = 0x4000_0000L;
    private static final Reply HELD = new Reply.Held();

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 16 << 20);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (8 << 20));
    private final InterruptLine irq = new InterruptLine(machine, "irq");
    private final Sun50iUnit unit = new Sun50iUnit(machine, "30f0000.iommu", 0, memory, irq);
    private final Sun50iSequences driver = new Sun50iSequences(unit);
    private final Sun50iPageTable table = new Sun50iPageTable(memory, frames, TableListener.NONE);
    private final DmaMaster mixer = port(0);
    private final DmaMaster codec = port(3);

    private DmaMaster port(int master) {
        return new DmaMaster(machine, "master " + master, Optional.of(unit), List.of(master), memory);
    }

    private void on() {
        unit.powerOn();
        driver.enable(table.base(), true);
    }

    private static long page(int number) {
        return RAM + (8 << 20) + number * PAGE;
    }

    private void map(long iova, long pa, int prot) {
        assertThat(table.map(iova, pa, PAGE, 1, prot)).isEqualTo(PAGE);
    }

    private static Reply done(int value) {
        return new Reply.Done(value);
    }

    private int peek(int offset) {
        return (int) unit.registers().stream()
                .filter(r -> r.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    private List<Event> since(int step) {
        var recording = machine.finish();
        var events = new ArrayList<Event>();
        for (int i = step + 1; i <= machine.steps(); i++) {
            events.add(recording.event(i));
        }
        return events;
    }

    private String writes(int step) {
        return String.join(
                " ",
                since(step).stream()
                        .filter(Event.RegisterWrite.class::isInstance)
                        .map(Event.RegisterWrite.class::cast)
                        .map(w -> Long.toHexString(w.offset()) + "<-" + Long.toHexString(w.value()))
                        .toList());
    }

    // ---- the driver's sequences

    @Test
    void theEnableSequenceIsTheDriversToTheLetter() {
        unit.powerOn();
        int before = machine.steps();
        assertThat(driver.enable(0x4b1d_0000L, true)).isZero();
        assertThat(writes(before))
                .isEqualTo(
                        "50<-4b1d0000 70<-3f 30<-0 100<-3003f b0<-fff0000 b4<-aaa b4<-5550000 80<-3003f 40<-1 20<-1");
        assertThat(unit.tableBase()).isEqualTo(0x4b1d_0000L);
        before = machine.steps();
        driver.disable();
        assertThat(writes(before)).isEqualTo("20<-0 50<-0");
    }

    @Test
    void aMappingInvalidatesItsEdges() {
        on();
        int before = machine.steps();
        driver.zapRange(IOVA, PAGE);
        assertThat(writes(before))
                .isEqualTo("40<-0 90<-fe7c3000 94<-fffff000 98<-1 90<-fe7c4000 94<-fffff000 98<-1"
                        + " a0<-fe7c3000 a8<-1 a0<-fe8c3000 a8<-1 40<-1");
        before = machine.steps();
        driver.zapRange(0x10_0000, 0x20_0000);
        assertThat(writes(before))
                .isEqualTo("40<-0 90<-100000 94<-fffff000 98<-1 90<-101000 94<-fffff000 98<-1"
                        + " 90<-300000 94<-fffff000 98<-1 90<-301000 94<-fffff000 98<-1"
                        + " a0<-100000 a8<-1 a0<-200000 a8<-1 a0<-300000 a8<-1 a0<-400000 a8<-1 40<-1");
    }

    // ---- translating

    @Test
    void allMastersShareTheTable() {
        memory.write32(page(0), 77);
        assertThat(mixer.read32(page(0))).isEqualTo(done(77));
        map(IOVA, page(0), RW);
        on();
        assertThat(mixer.read32(IOVA)).isEqualTo(done(77));
        assertThat(codec.write32(IOVA, 5)).isEqualTo(done(5));
        // A master that is in nobody's device tree is translated all the same.
        assertThat(port(4).read32(page(0))).isEqualTo(HELD);

        unit.write32(Sun50iLayout.BYPASS, 1 << 3);
        assertThat(codec.read32(page(0))).isEqualTo(done(5));
        assertThat(unit.translating(codec)).isFalse();
        assertThat(unit.translating(mixer)).isTrue();
        assertThat(unit.translating()).isTrue();
    }

    @Test
    void aUnitMayComeUpWithBypassForAll() {
        var d1 = new Sun50iUnit(machine, "2010000.iommu", 0x3f, memory, irq);
        d1.powerOn();
        d1.write32(Sun50iLayout.ENABLE, 1);
        assertThat(d1.translating()).isFalse();
        d1.write32(Sun50iLayout.BYPASS, 0);
        assertThat(d1.translating()).isTrue();
    }

    @Test
    void theJourneyGoesThroughTwoTlbs() {
        map(IOVA, page(0), RW);
        map(IOVA + PAGE, page(1), RW);
        on();
        int before = machine.steps();
        mixer.read32(IOVA);
        assertThat(words(before)).isEqualTo("Dma TlbMiss WalkRead WalkRead TlbFill WalkRead TlbFill Translated Data");
        before = machine.steps();
        mixer.read32(IOVA);
        codec.read32(IOVA);
        assertThat(words(before)).isEqualTo("Dma TlbHit Translated Data Dma TlbHit Translated Data");
        assertThat(since(before).stream()
                        .filter(Event.TlbHit.class::isInstance)
                        .map(e -> e.term().name()))
                .containsExactly("micro TLB", "macro TLB");
        assertThat(unit.tlb()).hasSize(4);
        assertThat(unit.tlb().getFirst().input()).isEqualTo(IOVA);
        assertThat(unit.tlb()).allMatch(t -> t.permissions().equals("rw") && t.slot() < unit.tlbSlots());
    }

    private String words(int step) {
        return String.join(
                " ", since(step).stream().map(e -> e.getClass().getSimpleName()).toList());
    }

    // ---- permissions

    /** What the driver means, and what its two writes to one register make of it. */
    @ParameterizedTest
    @CsvSource({"0, false, false", "1, true, true", "2, false, true", "3, true, true"})
    void aReadOnlyPageCanBeWritten(int prot, boolean reads, boolean writes) {
        map(IOVA, page(0), prot);
        on();
        assertThat(mixer.read32(IOVA)).isEqualTo(reads ? done(0) : HELD);
        assertThat(codec.write32(IOVA, 1)).isEqualTo(writes ? done(1) : HELD);
    }

    @Test
    void withBothRestrictionsAReadOnlyPageIsOne() {
        map(IOVA, page(0), Prot.READ);
        on();
        unit.write32(Sun50iLayout.authorityRegister(2), 0x0555_0aaa);
        assertThat(codec.write32(IOVA, 1)).isEqualTo(HELD);
        assertThat(peek(Sun50iLayout.INT_STA)).isEqualTo(1 << 3);
        assertThat(peek(Sun50iLayout.errorAddress(3))).isEqualTo((int) IOVA);
        assertThat(peek(Sun50iLayout.errorData(3))).isEqualTo((int) (page(0) | 0x22));
        assertThat(unit.fault()).isEqualTo("permission fault at 0xfe7c3000 of master 3");
    }

    @Test
    void aUnitWhoseAuthoritiesAddUpRefusesTheWrite() {
        var merging = new Sun50iUnit(machine, "merging", 0, true, memory, irq);
        map(IOVA, page(0), Prot.READ);
        merging.powerOn();
        new Sun50iSequences(merging).enable(table.base(), true);
        assertThat(merging.read32(Sun50iLayout.authorityRegister(2))).isEqualTo(0x0555_0aaa);
        var port = new DmaMaster(machine, "master 2", Optional.of(merging), List.of(2), memory);
        assertThat(port.read32(IOVA)).isEqualTo(done(0));
        assertThat(port.write32(IOVA, 1)).isEqualTo(HELD);
    }

    // ---- faults

    @Test
    void anInvalidEntryIsLatchedByLevelAndHoldsItsMaster() {
        on();
        map(IOVA + 8 * PAGE, page(0), RW);
        assertThat(mixer.read32(0x10_0000)).isEqualTo(HELD);
        assertThat(peek(Sun50iLayout.INT_STA)).isEqualTo(1 << 16);
        assertThat(peek(Sun50iLayout.INT_ERR_ADDR_L1)).isEqualTo(0x10_0000);
        assertThat(peek(Sun50iLayout.L1PG_INT)).isEqualTo(1);
        assertThat(unit.fault()).isEqualTo("invalid L1 entry at 0x100000");
        assertThat(codec.write32(IOVA, 1)).isEqualTo(HELD);
        assertThat(peek(Sun50iLayout.INT_STA)).isEqualTo(3 << 16);
        assertThat(peek(Sun50iLayout.L2PG_INT)).isEqualTo(1 << 3);
        assertThat(unit.fault()).isEqualTo("invalid L2 entry at 0xfe7c3000");
        assertThat(unit.blocked()).isTrue();
        assertThat(irq.isRaised()).isTrue();
        assertThat(codec.read32(IOVA + 8 * PAGE)).isEqualTo(HELD);

        driver.acknowledge(peek(Sun50iLayout.INT_STA), 1 | 1 << 3);
        assertThat(irq.isRaised()).isFalse();
        assertThat(unit.blocked()).isFalse();
        assertThat(unit.fault()).isEmpty();
        assertThat(codec.read32(IOVA + 8 * PAGE)).isEqualTo(done(0));
    }

    @Test
    void aHandlerThatResetsTheMasterEndsTheAccess() {
        on();
        irq.connect(() -> {
            int status = unit.read32(Sun50iLayout.INT_STA);
            int masters = unit.read32(Sun50iLayout.L1PG_INT) | unit.read32(Sun50iLayout.L2PG_INT);
            driver.acknowledge(status, status & Sun50iLayout.ALL_MASTERS | masters);
        });
        assertThat(codec.read32(IOVA)).isEqualTo(new Reply.Refused("invalid L1 entry"));
        assertThat(irq.isRaised()).isFalse();
    }

    @Test
    void aTableWithoutMemoryIsFullOfInvalidEntries() {
        on();
        memory.write32(table.base() + 4 * 0xfe7, 0x7000_0001);
        assertThat(mixer.read32(IOVA)).isEqualTo(HELD);
        assertThat(unit.fault()).isEqualTo("invalid L2 entry at 0xfe7c3000");
        unit.write32(Sun50iLayout.TTB, 0x7000_0000);
        driver.flushAll();
        assertThat(codec.read32(IOVA)).isEqualTo(HELD);
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("invalid L1 entry"));
    }

    // ---- what is cached

    @Test
    void whatWasReadAheadHidesANewMapping() {
        on();
        map(IOVA, page(0), RW);
        mixer.read32(IOVA);
        map(IOVA + PAGE, page(1), RW);
        assertThat(unit.trace(IOVA + PAGE, false).verdict()).isEqualTo(new Verdict.Refused("invalid L2 entry"));
        assertThat(mixer.read32(IOVA + PAGE)).isEqualTo(HELD);
        driver.acknowledge(-1, 1);

        driver.zapRange(IOVA + PAGE, PAGE);
        assertThat(mixer.read32(IOVA + PAGE)).isEqualTo(done(0));
    }

    @Test
    void theWalkCacheHidesANewTable() {
        on();
        map(0x1f_f000, page(0), RW);
        mixer.read32(0x1f_f000);
        map(0x20_0000, page(1), RW);
        assertThat(mixer.read32(0x20_0000)).isEqualTo(HELD);
        assertThat(unit.fault()).isEqualTo("invalid L1 entry at 0x200000");
        driver.acknowledge(-1, 1);

        driver.zapRange(0x20_0000, PAGE);
        assertThat(mixer.read32(0x20_0000)).isEqualTo(done(0));
    }

    @Test
    void withoutReadingAheadNothingIsHidden() {
        on();
        unit.write32(Sun50iLayout.TLB_PREFETCH, 0);
        map(IOVA, page(0), RW);
        mixer.read32(IOVA);
        map(IOVA + PAGE, page(1), RW);
        assertThat(mixer.read32(IOVA + PAGE)).isEqualTo(done(0));
    }

    @Test
    void anUnmappedPageIsStillReachedUntilEverythingIsFlushed() {
        on();
        map(IOVA, page(0), RW);
        mixer.read32(IOVA);
        table.unmap(IOVA, PAGE, 1);
        assertThat(mixer.read32(IOVA)).isEqualTo(done(0));
        assertThat(unit.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Reached(page(0), PAGE, "rw"));
        assertThat(unit.trace(IOVA, true).tlb()).isEqualTo("hit");
        assertThat(driver.flushAll()).isZero();
        assertThat(unit.tlb()).isEmpty();
        assertThat(mixer.read32(IOVA)).isEqualTo(HELD);
    }

    // ---- looking

    @Test
    void aTraceShowsTheWalkAndChangesNothing() {
        map(IOVA, page(3), Prot.WRITE);
        on();
        int steps = machine.steps();
        long digest = machine.fullDigest();
        var trace = unit.trace(IOVA + 0xa10, true);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(page(3) + 0xa10, PAGE, "w"));
        assertThat(trace.fields()).extracting(f -> f.value()).containsExactly(0xfe7L, 0xc3L, 0xa10L);
        assertThat(trace.levels()).extracting(l -> l.index()).containsExactly(0xfe7, 0xc3);
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("permission fault"));
        assertThat(machine.steps()).isEqualTo(steps);
        assertThat(machine.fullDigest()).isEqualTo(digest);
        driver.disable();
        assertThat(unit.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Untranslated(IOVA));
    }

    @Test
    void registersSpeak() {
        on();
        mixer.read32(IOVA);
        assertThat(unit.registers())
                .extracting(r -> r.name() + ": " + r.meaning())
                .contains(
                        "ENABLE: enabled",
                        "TTB: directory at 0x40000000",
                        "DM_AUT_CTRL0: ACI 0 rw; ACI 1 -",
                        "DM_AUT_CTRL1: ACI 2 rw; ACI 3 w",
                        "INT_STA: invalid L1 entry",
                        "L1PG_INT: master 0",
                        "TLB_PREFETCH: reads ahead for master 0, 1, 2, 3, 4, 5");
    }

    @Test
    void withoutPowerNothingAnswers() {
        driver.enable(table.base(), true);
        assertThat(unit.translating()).isFalse();
        on();
        map(IOVA, page(0), RW);
        mixer.read32(IOVA);
        codec.read32(0x10_0000);
        unit.powerOff();
        assertThat(unit.powered()).isFalse();
        assertThat(unit.tlb()).isEmpty();
        assertThat(unit.blocked()).isFalse();
        assertThat(irq.isRaised()).isFalse();
        assertThat(unit.read32(Sun50iLayout.RESET)).isZero();
        unit.powerOn();
        assertThat(unit.read32(Sun50iLayout.RESET)).isEqualTo(-1);
        assertThat(unit.read32(Sun50iLayout.authorityRegister(0))).isEqualTo(0xaaa);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void randomRegisterWritesAndTableBytesNeverThrow(int seed) {
        var random = new Random(seed);
        on();
        for (int i = 0; i < 8000; i++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    int offset = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(0x190) & ~3;
                    unit.write32(offset, random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(8));
                    unit.read32(offset);
                }
                case 1 -> memory.write32(RAM + (random.nextInt(1 << 18) & ~3), random.nextInt());
                case 2 -> port(random.nextInt(8)).read32(random.nextLong());
                case 3 -> codec.write32(random.nextInt() & 0xffff_ffffL, 3);
                case 4 -> on();
                default -> {
                    unit.trace(random.nextLong(), random.nextBoolean());
                    unit.tlb();
                    unit.registers();
                    unit.fault();
                }
            }
        }
    }
}
