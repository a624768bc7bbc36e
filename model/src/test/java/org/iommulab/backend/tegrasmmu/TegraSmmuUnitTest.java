package org.iommulab.backend.tegrasmmu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TegraSmmuUnitTest {
    private static final int DC = 1;
    private static final int DCB = 2;
    private static final int GPU = 19;
    private static final int VIC = 24;
    private static final int ASID = 3;
    private static final long IOVA = 0x8034_5000L;
    private static final long PAGE = TegraSmmuFormat.PAGE;
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final long RAM = 0x8000_0000L;
    private static final Reply FAULT = new Reply.Refused("SMMU translation error");

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 16 << 20);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (8 << 20));
    private final InterruptLine irq = new InterruptLine(machine, "irq");
    private final TegraSmmuChip chip = TegraSmmuChip.TEGRA124;
    private final TegraSmmuUnit unit = new TegraSmmuUnit(machine, "70019000.memory-controller", chip, memory, irq);
    private final TegraSmmuSequences driver = new TegraSmmuSequences(unit, chip);
    private final TegraSmmuPageTable table = table(new TegraSmmuFlush(unit, chip.caches(), ASID));
    private final DmaMaster display = port(DC);
    private final DmaMaster vic = port(VIC);

    private TegraSmmuPageTable table(EntryFlush flush) {
        return new TegraSmmuPageTable(machine, memory, frames, chip.format(), flush, TableListener.NONE);
    }

    private DmaMaster port(int swGroup) {
        return new DmaMaster(machine, "swgroup " + swGroup, Optional.of(unit), List.of(swGroup), memory);
    }

    private void on(TegraSmmuPageTable pages) {
        driver.probe();
        driver.prepare(ASID, pages.base());
        driver.enable(DC, ASID);
        driver.enable(VIC, ASID);
    }

    private static long page(int number) {
        return RAM + (8 << 20) + number * PAGE;
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
    void theSequencesAreTheDriversToTheLetter() {
        int before = machine.steps();
        driver.probe();
        assertThat(writes(before)).isEqualTo("18<-2800003f 14<-30000020 34<-0 30<-0 10<-1");
        before = machine.steps();
        driver.prepare(ASID, 0x9f20_1000L);
        assertThat(writes(before)).isEqualTo("9b8<-0 34<-9f201001 30<-83000000 1c<-3 20<-e009f201");
        before = machine.steps();
        driver.enable(DC, ASID);
        assertThat(writes(before)).isEqualTo("240<-80000003 228<-2 228<-a 228<-2a 228<-1002a");
        assertThat(unit.tableBase()).isEqualTo(0x9f20_1000L);
        before = machine.steps();
        driver.disable(DC, ASID);
        assertThat(writes(before)).isEqualTo("240<-3 228<-10028 228<-10020 228<-10000 228<-0");
        assertThat(unit.translating()).isFalse();
    }

    @Test
    void anOlderChipHasFewerOfEverything() {
        var old = new TegraSmmuUnit(machine, "7000f000.memory-controller", TegraSmmuChip.TEGRA30, memory, irq);
        var sequences = new TegraSmmuSequences(old, TegraSmmuChip.TEGRA30);
        int before = machine.steps();
        sequences.probe();
        sequences.prepare(2, 0x9f20_1000L);
        assertThat(writes(before))
                .isEqualTo("18<-2000003f 14<-20000010 34<-0 30<-0 10<-1 34<-9f201001 30<-c0000000 1c<-2 20<-e009f201");
        assertThat(old.tlbSlots()).isEqualTo(16);
    }

    @ParameterizedTest
    @EnumSource
    void theTablesOfAChipAreConsistent(TegraSmmuChip tegra) {
        assertThat(tegra.clients()).allMatch(c -> tegra.swGroup(c.swGroup()).isPresent());
        assertThat(tegra.clients()).extracting(TegraSmmuChip.Client::id).doesNotHaveDuplicates();
        assertThat(tegra.together()).allMatch(n -> tegra.swGroup(n).isPresent());
        assertThat(TegraSmmuLayout.clientRegister(0x6c)).isEqualTo(0x234);
        assertThat(TegraSmmuLayout.clientBit(0x6c)).isEqualTo(1 << 12);
    }

    // ---- translating

    @Test
    void threeThingsMustBeOn() {
        memory.write32(page(0), 77);
        assertThat(vic.read32(page(0))).isEqualTo(done(77));
        table.mapOne(IOVA, page(0), RW);
        on(table);
        assertThat(vic.read32(IOVA)).isEqualTo(done(77));
        assertThat(vic.write32(IOVA, 5)).isEqualTo(done(5));
        assertThat(unit.translating(vic)).isTrue();
        assertThat(unit.tableBase(vic)).isEqualTo(table.base());
        // Nobody has attached the second head; its clients bypass.
        assertThat(port(DCB).read32(page(0))).isEqualTo(done(5));
        assertThat(unit.tableBase(port(DCB))).isZero();

        // The reading client only.
        unit.write32(0x234, 1 << 13);
        assertThat(vic.read32(page(0))).isEqualTo(done(5));
        assertThat(vic.write32(IOVA, 6)).isEqualTo(done(6));
        driver.enable(VIC, ASID);
        unit.write32(0x284, ASID);
        assertThat(vic.read32(page(0))).isEqualTo(done(6));
        driver.enable(VIC, ASID);
        unit.write32(TegraSmmuLayout.SMMU_CONFIG, 0);
        assertThat(vic.read32(page(0))).isEqualTo(done(6));
    }

    @Test
    void theGpuDecidesForItself() {
        driver.probe();
        driver.prepare(ASID, table.base());
        driver.enable(GPU, ASID);
        assertThat(peek(0x230)).isZero();
        assertThat(peek(0xaac)).isEqualTo(0x8000_0003);
        assertThat(unit.translating(port(GPU))).isFalse();
    }

    @Test
    void addressSpacesAreKeptApart() {
        on(table);
        table.mapOne(IOVA, page(0), RW);
        var other = table(new TegraSmmuFlush(unit, chip.caches(), 5));
        driver.prepare(5, other.base());
        driver.enable(VIC, 5);
        other.mapOne(IOVA, page(1), Prot.READ);
        memory.write32(page(0), 10);
        memory.write32(page(1), 11);
        assertThat(display.read32(IOVA)).isEqualTo(done(10));
        assertThat(vic.read32(IOVA)).isEqualTo(done(11));
        assertThat(unit.tlb())
                .containsExactly(
                        new TlbView(0, IOVA, page(0), PAGE, "rw", table.base()),
                        new TlbView(1, IOVA, page(1), PAGE, "r", other.base()));
        unit.write32(TegraSmmuLayout.TLB_FLUSH, chip.caches().flushAsid(5));
        assertThat(unit.tlb()).extracting(TlbView::slot).containsExactly(0);
    }

    @Test
    void theJourneyOfAnAccessIsAllThere() {
        on(table);
        table.mapOne(IOVA, page(0), RW);
        table.mapOne(IOVA + PAGE, page(1), RW);
        int before = machine.steps();
        display.read32(IOVA);
        display.read32(IOVA + PAGE);
        display.read32(IOVA);
        assertThat(String.join(
                        " ",
                        since(before).stream()
                                .map(e -> e.getClass().getSimpleName())
                                .toList()))
                .isEqualTo("Dma TlbMiss WalkRead WalkRead TlbFill Translated Data"
                        + " Dma TlbMiss WalkRead WalkRead TlbFill Translated Data Dma TlbHit Translated Data");
        assertThat(since(before).stream()
                        .filter(Event.WalkRead.class::isInstance)
                        .map(e -> e.term().name()))
                .containsExactly("pd entry", "pt entry", "pd entry, from the PTC", "pt entry, from the PTC");
    }

    // ---- two caches

    @Test
    void aTableWordIsCachedApartFromItsTranslation() {
        var careless = table(EntryFlush.NONE);
        on(careless);
        careless.mapOne(IOVA, page(0), RW);
        display.read32(IOVA);
        long entry = careless.radix().entryAddress(1, IOVA);
        careless.unmapOne(IOVA);
        assertThat(display.read32(IOVA)).isEqualTo(done(0));
        assertThat(unit.trace(IOVA, true).tlb()).isEqualTo("hit");

        // The TLB alone does not help: the walker still has the old words.
        unit.write32(TegraSmmuLayout.TLB_FLUSH, chip.caches().flushGroup(ASID, IOVA));
        assertThat(unit.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Reached(page(0), PAGE, "rw"));
        assertThat(display.read32(IOVA)).isEqualTo(done(0));

        TegraSmmuFlush.flushLine(unit, chip.caches(), entry);
        unit.write32(TegraSmmuLayout.TLB_FLUSH, chip.caches().flushGroup(ASID, IOVA));
        assertThat(display.read32(IOVA)).isEqualTo(FAULT);
    }

    @Test
    void theDriversFlushesHelp() {
        on(table);
        table.mapOne(IOVA, page(0), RW);
        display.read32(IOVA);
        table.unmapOne(IOVA);
        assertThat(display.read32(IOVA)).isEqualTo(FAULT);
        table.mapOne(IOVA, page(1), RW);
        memory.write32(page(1), 7);
        assertThat(display.read32(IOVA)).isEqualTo(done(7));
    }

    @Test
    void withoutThePtcWordsComeFromMemory() {
        var careless = table(EntryFlush.NONE);
        on(careless);
        unit.write32(TegraSmmuLayout.PTC_CONFIG, 0);
        careless.mapOne(IOVA, page(0), RW);
        display.read32(IOVA);
        careless.unmapOne(IOVA);
        unit.write32(TegraSmmuLayout.TLB_FLUSH, 0);
        assertThat(display.read32(IOVA)).isEqualTo(FAULT);
    }

    @Test
    void aFlushTakesAllOrASectionOrAGroup() {
        on(table);
        long[] iovas = {IOVA, IOVA + 0x4000, IOVA + 0x40_0000};
        for (long iova : iovas) {
            table.mapOne(iova, page(0), RW);
        }
        for (long iova : iovas) {
            display.read32(iova);
        }
        unit.write32(TegraSmmuLayout.TLB_FLUSH, chip.caches().flushGroup(ASID + 1, IOVA));
        assertThat(unit.tlb()).hasSize(3);
        unit.write32(TegraSmmuLayout.TLB_FLUSH, chip.caches().flushGroup(ASID, IOVA));
        assertThat(unit.tlb()).extracting(TlbView::input).containsExactly(iovas[1], iovas[2]);
        unit.write32(TegraSmmuLayout.TLB_FLUSH, chip.caches().flushSection(ASID, IOVA));
        assertThat(unit.tlb()).extracting(TlbView::input).containsExactly(iovas[2]);
        unit.write32(TegraSmmuLayout.TLB_FLUSH, 0);
        assertThat(unit.tlb()).isEmpty();
    }

    // ---- faults

    @Test
    void aFaultRaisesBothInterruptsAndTellsTheFirst() {
        on(table);
        unit.write32(TegraSmmuLayout.INTMASK, TegraSmmuLayout.INT_TRANSLATION);
        assertThat(display.read32(0xfe00_0000L)).isEqualTo(FAULT);
        assertThat(peek(TegraSmmuLayout.INTSTATUS)).isEqualTo(0x440);
        assertThat(peek(TegraSmmuLayout.ERR_STATUS)).isEqualTo(0x6000_0001);
        assertThat(peek(TegraSmmuLayout.ERR_ADR)).isEqualTo(0xfe00_0000);
        assertThat(unit.fault()).isEqualTo("display0a: read @0xfe000000 (SMMU translation error [--S])");
        assertThat(irq.isRaised()).isTrue();
        assertThat(unit.blocked()).isFalse();
        vic.write32(0x1000, 1);
        assertThat(unit.fault()).startsWith("display0a");

        unit.write32(TegraSmmuLayout.INTSTATUS, 0x440);
        assertThat(irq.isRaised()).isFalse();
        assertThat(unit.fault()).isEmpty();
        vic.write32(0x1000, 1);
        assertThat(unit.fault()).isEqualTo("vicswr: write @0x00001000 (SMMU translation error [--S])");
    }

    @Test
    void allLevelsMustAllowAnAccess() {
        on(table);
        table.mapOne(IOVA, page(0), Prot.READ);
        assertThat(vic.read32(IOVA)).isEqualTo(done(0));
        assertThat(vic.write32(IOVA, 1)).isEqualTo(FAULT);
        assertThat(unit.fault()).isEqualTo("vicswr: write @0x80345000 (SMMU translation error [R--])");
        assertThat(vic.write32(IOVA + PAGE, 1)).isEqualTo(FAULT);

        // The same page, through a directory pointer that does not allow to read.
        unit.write32(TegraSmmuLayout.PTB_DATA, peek(TegraSmmuLayout.PTB_DATA) & ~(1 << 31));
        unit.write32(TegraSmmuLayout.TLB_FLUSH, 0);
        assertThat(vic.read32(IOVA)).isEqualTo(FAULT);
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("SMMU translation error"));
    }

    @Test
    void aTableWithoutMemoryIsAFault() {
        on(table);
        driver.prepare(ASID, 0x7000_0000L);
        assertThat(vic.read32(IOVA)).isEqualTo(FAULT);
        assertThat(unit.trace(IOVA, false).levels()).isEmpty();
    }

    // ---- looking

    @Test
    void aTraceShowsTheWalkAndChangesNothing() {
        on(table);
        table.mapOne(IOVA, page(3), Prot.WRITE);
        int steps = machine.steps();
        long digest = machine.fullDigest();
        var trace = unit.trace(IOVA + 0x678, true);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(page(3) + 0x678, PAGE, "w"));
        assertThat(trace.fields()).extracting(f -> f.value()).containsExactly(0x200L, 0x345L, 0x678L);
        assertThat(trace.levels()).extracting(l -> l.index()).containsExactly(0x200, 0x345);
        assertThat(unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Refused("SMMU translation error"));
        assertThat(machine.steps()).isEqualTo(steps);
        assertThat(machine.fullDigest()).isEqualTo(digest);
        driver.disable(DC, ASID);
        driver.disable(VIC, ASID);
        assertThat(unit.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Untranslated(IOVA));
    }

    @Test
    void registersSpeak() {
        on(table);
        display.read32(IOVA);
        assertThat(unit.registers())
                .extracting(r -> r.name() + ": " + r.meaning())
                .contains(
                        "MC_INTSTATUS: EMEM address decode error, Page fault",
                        "SMMU_CONFIG: enabled",
                        "SMMU_PTC_CONFIG: table words are cached",
                        "SMMU_PTB_DATA: directory at 0x80000000",
                        "DC_ASID: address space 3",
                        "DCB_ASID: pass-through",
                        "SMMU_CLIENT_ENABLE0: display0a, display0b, display0c, displayhc",
                        "SMMU_CLIENT_ENABLE3: vicsrd, vicswr");
        assertThat(unit.model()).isEqualTo("Tegra SMMU of Tegra124");
        assertThat(unit.powered()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void randomRegisterWritesAndTableBytesNeverThrow(int seed) {
        var random = new Random(seed);
        var offsets = unit.registers().stream().map(r -> r.offset()).toList();
        on(table);
        for (int i = 0; i < 8000; i++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    int offset =
                            random.nextInt(8) == 0 ? random.nextInt() : offsets.get(random.nextInt(offsets.size()));
                    unit.write32(offset, random.nextInt(3) > 0 ? random.nextInt() : random.nextInt(8));
                    unit.read32(offset);
                }
                case 1 -> memory.write32(RAM + (random.nextInt(1 << 18) & ~3), random.nextInt());
                case 2 -> port(random.nextInt(32) - 2).read32(random.nextLong());
                case 3 -> vic.write32(random.nextInt() & 0xffff_ffffL, 3);
                case 4 -> on(table);
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
