package org.iommulab.backend.exynos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.exynos.Rig.RW;
import static org.iommulab.backend.exynos.SysMmuFormat.LARGE_PAGE;
import static org.iommulab.backend.exynos.SysMmuFormat.SECTION;
import static org.iommulab.backend.exynos.SysMmuFormat.SMALL_PAGE;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysMmuTest {
    private static final long IOVA = 0x2010_1000L;

    private static Reply.Done done(int value) {
        return new Reply.Done(value);
    }

    private static String words(List<Event> events) {
        return String.join(
                " ", events.stream().map(e -> e.getClass().getSimpleName()).toList());
    }

    @Test
    void withoutPowerAccessesPassAndRegistersDoNotAnswer() {
        var rig = new Rig(3, 2);
        rig.memory.write32(rig.page(0), 77);

        assertThat(rig.master.read32(rig.page(0))).isEqualTo(done(77));
        rig.unit.write32(0, 5);
        assertThat(rig.unit.read32(SysMmuLayout.MMU_VERSION)).isZero();
        rig.unit.powerOn();
        assertThat(rig.unit.read32(0)).isZero();
    }

    @Test
    void disabledItPassesAndEnabledItTranslates() {
        var rig = new Rig(3, 2).on();
        rig.memory.write32(rig.page(0), 77);
        rig.map(IOVA, rig.page(0), SMALL_PAGE, RW);

        assertThat(rig.master.read32(IOVA)).isEqualTo(done(77));
        SysMmuFlush.disable(rig.unit);
        assertThat(rig.master.read32(rig.page(0))).isEqualTo(done(77));
        assertThat(rig.master.read32(IOVA)).isEqualTo(new Reply.NoAnswer(IOVA));
        assertThat(rig.unit.translating()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1,0,false", "2,0,false", "3,1,false", "3,2,false", "3,3,false", "5,0,false", "7,4,false", "7,4,true"})
    void everyRevisionReadsAndWritesThroughEverySize(int major, int minor, boolean vmBank) {
        var rig = new Rig(major, minor, vmBank).on();
        long block = rig.ram + (12 << 20);
        rig.map(0x100_0000, block, SECTION, RW);
        rig.map(0x200_0000, block, LARGE_PAGE, RW);
        rig.map(0x300_0000, block, SMALL_PAGE, RW);

        for (long iova : new long[] {0x100_0ffc, 0x200_0ffc, 0x300_0ffc}) {
            assertThat(rig.master.write32(iova, (int) iova)).isEqualTo(done((int) iova));
            assertThat(rig.memory.read32(block + 0xffc)).isEqualTo((int) iova);
        }
        assertThat(rig.master.read32(0x10f_f000)).isEqualTo(done(0));
        assertThat(rig.master.read32(0x200_f000)).isEqualTo(done(0));
        assertThat(rig.unit.tlb())
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(t -> t.permissions().equals("rw"));
        assertThat(rig.unit.tableBase()).isEqualTo(rig.table.base());
    }

    @Test
    void theJourneyOfAnAccessIsAllThere() {
        var rig = new Rig(3, 3).on();
        rig.map(IOVA, rig.page(0), SMALL_PAGE, RW);
        int before = rig.machine.steps();

        rig.master.read32(IOVA);
        assertThat(words(rig.since(before))).isEqualTo("Dma TlbMiss WalkRead WalkRead TlbFill Translated Data");
        before = rig.machine.steps();
        rig.master.read32(IOVA + 8);
        assertThat(words(rig.since(before))).isEqualTo("Dma TlbHit Translated Data");
    }

    @Test
    void theEnableSequenceIsTheDriversToTheLetter() {
        var rig = new Rig(3, 2);
        rig.unit.powerOn();
        int before = rig.machine.steps();

        SysMmuFlush.enable(rig.unit, rig.unit.revision(), 0x44a3_0000L);

        assertThat(writes(rig, before)).isEqualTo("0<-7 4<-500785 14<-44a30000 c<-1 0<-5");
    }

    @Test
    void theFlushSequenceIsTheDriversToTheLetter() {
        var rig = new Rig(3, 2).on();
        int before = rig.machine.steps();
        SysMmuFlush.flushRange(rig.unit, rig.unit.revision(), IOVA, SMALL_PAGE);
        assertThat(writes(rig, before)).isEqualTo("0<-7 10<-20101001 0<-5");

        var two = new Rig(2, 0).on();
        before = two.machine.steps();
        SysMmuFlush.flushRange(two.unit, two.unit.revision(), 0x100_0000, LARGE_PAGE);
        assertThat(writes(two, before).split(" ")).hasSize(18).contains("10<-100f001");

        var vm = new Rig(7, 4, true);
        vm.unit.powerOn();
        before = vm.machine.steps();
        SysMmuFlush.enable(vm.unit, vm.unit.revision(), 0x8_44a3_0000L);
        assertThat(writes(vm, before)).isEqualTo("0<-7 4<-1100784 800c<-844a30 8010<-1 8000<-9 0<-5");
    }

    private static String writes(Rig rig, int before) {
        return String.join(
                " ",
                rig.since(before).stream()
                        .filter(Event.RegisterWrite.class::isInstance)
                        .map(Event.RegisterWrite.class::cast)
                        .map(w -> Long.toHexString(w.offset()) + "<-" + Long.toHexString(w.value()))
                        .toList());
    }

    // ---- faults

    @ParameterizedTest
    @CsvSource({
        // revision, access, cause: bit, address register
        "3,3,false, read,  page,   0,  0x24",
        "3,3,false, write, page,   0,  0x24",
        "3,3,false, read,  access, 5,  0x2c",
        "3,3,false, write, access, 7,  0x28",
        "3,3,false, read,  bus,    3,  0x30",
        "3,3,false, write, bus,    3,  0x30",
        "5,0,false, read,  page,   1,  0x70",
        "5,0,false, write, page,   17, 0x80",
        "5,0,false, read,  access, 3,  0x70",
        "5,0,false, write, access, 19, 0x80",
        "5,0,false, read,  bus,    0,  0x70",
        "5,0,false, write, bus,    16, 0x80",
        "7,4,false, read,  page,   1,  0x70",
        "7,4,false, write, access, 2,  0x70",
        "7,4,true,  write, page,   1,  0x1000",
        "7,4,true,  read,  access, 2,  0x1000",
        "7,4,true,  read,  bus,    0,  0x1000",
    })
    void aFaultIsLatchedAndStallsTheUnit(
            int major, int minor, boolean vmBank, String access, String cause, int bit, int addressRegister) {
        var rig = new Rig(major, minor, vmBank).on();
        boolean write = access.equals("write");
        if (cause.equals("access")) {
            rig.map(IOVA, rig.page(0), SMALL_PAGE, write ? Prot.READ : 0);
        }
        if (cause.equals("bus")) {
            rig.memory.write32(rig.table.base() + 4 * 0x201, 1);
        }

        Reply reply = write ? rig.master.write32(IOVA, 1) : rig.master.read32(IOVA);

        assertThat(reply).isEqualTo(new Reply.Held());
        var variant = rig.unit.revision().variant();
        assertThat(rig.peek(variant.intStatus())).isEqualTo(1 << bit);
        assertThat(rig.peek(addressRegister)).isEqualTo((int) IOVA);
        assertThat(rig.irq.isRaised()).isTrue();
        assertThat(rig.unit.blocked()).isTrue();
        assertThat(rig.unit.fault()).isEqualTo(variant.cause(bit).orElseThrow().name() + " at 0x20101000");
        if (variant.isV7()) {
            assertThat(rig.peek(variant.faultInfo())).isEqualTo(write ? 1 << 20 : 0);
        }
        assertThat(rig.master.read32(IOVA)).isEqualTo(new Reply.Held());

        rig.unit.write32(variant.intClear(), 1 << bit);
        assertThat(rig.irq.isRaised()).isFalse();
        assertThat(rig.unit.blocked()).isTrue();
        rig.unit.write32(SysMmuLayout.MMU_CTRL, SysMmuLayout.CTRL_ENABLE);
        assertThat(rig.unit.blocked()).isFalse();
        assertThat(rig.unit.fault()).isEmpty();
    }

    @Test
    void aHandlerThatUnblocksEndsTheAccessWithAnError() {
        var rig = new Rig(3, 3).on();
        rig.irq.connect(() -> {
            assertThat(rig.unit.read32(0x18)).isEqualTo(1);
            assertThat(rig.unit.read32(0x24)).isEqualTo((int) IOVA);
            rig.unit.write32(0x1c, 1);
            rig.unit.write32(0, 5);
        });

        assertThat(rig.master.read32(IOVA)).isEqualTo(new Reply.Refused("PAGE"));
        assertThat(rig.irq.isRaised()).isFalse();
    }

    @Test
    void reservedFirstLevelTypeIsAPageFault() {
        var rig = new Rig(3, 2).on();
        rig.memory.write32(rig.table.base() + 4 * 0x201, 0x4000_0003);

        rig.master.read32(IOVA);
        assertThat(rig.unit.fault()).isEqualTo("PAGE at 0x20101000");
    }

    @Test
    void aWriteOnlyMappingCanBeReadBeforeVersion5Only() {
        var three = new Rig(3, 3).on();
        three.map(IOVA, three.page(0), SMALL_PAGE, Prot.WRITE);
        assertThat(three.master.read32(IOVA)).isEqualTo(done(0));

        var five = new Rig(5, 0).on();
        five.map(IOVA, five.page(0), SMALL_PAGE, Prot.WRITE);
        assertThat(five.master.write32(IOVA, 1)).isEqualTo(done(1));
        assertThat(five.master.read32(IOVA)).isEqualTo(new Reply.Held());
        assertThat(five.unit.fault()).startsWith("AR ACCESS PROTECTION");
    }

    @Test
    void withoutAccessProtectionPermissionsAreIgnored() {
        var rig = new Rig(3, 3).on();
        rig.unit.write32(SysMmuLayout.MMU_CFG, rig.unit.revision().config() & ~SysMmuLayout.CFG_EAP);
        rig.map(IOVA, rig.page(0), SMALL_PAGE, Prot.READ);

        assertThat(rig.master.write32(IOVA, 9)).isEqualTo(done(9));
    }

    // ---- what is cached

    @Test
    void anUnmappedPageIsStillReachedUntilItIsFlushed() {
        var rig = new Rig(3, 2).on();
        rig.memory.write32(rig.page(0), 77);
        rig.map(IOVA, rig.page(0), SMALL_PAGE, RW);
        rig.master.read32(IOVA);

        long size = rig.unmap(IOVA, SMALL_PAGE);
        assertThat(rig.master.read32(IOVA)).isEqualTo(done(77));
        SysMmuFlush.flushRange(rig.unit, rig.unit.revision(), IOVA, size);
        assertThat(rig.master.read32(IOVA)).isEqualTo(new Reply.Held());
    }

    @ParameterizedTest
    @CsvSource({"3,1,false", "3,2,false", "3,3,true", "5,0,true", "7,4,true"})
    void aCachedZeroLinkMakesAFaultOfACorrectTable(int major, int minor, boolean cached) {
        var rig = new Rig(major, minor).on();
        var variant = rig.unit.revision().variant();
        rig.master.read32(IOVA);
        rig.unit.write32(variant.intClear(), -1);
        rig.unit.write32(0, 5);

        rig.mapWithoutFlush(IOVA, rig.page(0), SMALL_PAGE, RW);

        assertThat(rig.master.read32(IOVA)).isEqualTo(cached ? new Reply.Held() : done(0));
    }

    @ParameterizedTest
    @CsvSource({"3,3", "5,0", "7,4"})
    void theDriversFlushOfTheFirstLevelHelps(int major, int minor) {
        var rig = new Rig(major, minor).on();
        rig.master.read32(IOVA);
        rig.unit.write32(rig.unit.revision().variant().intClear(), -1);
        rig.unit.write32(0, 5);

        rig.map(IOVA, rig.page(0), SMALL_PAGE, RW);

        assertThat(rig.master.read32(IOVA)).isEqualTo(done(0));
    }

    @Test
    void revision2NeedsAFlushForEachSetThatAPageMaySitIn() {
        var rig = new Rig(2, 0).on();
        rig.map(0x100_0000, rig.ram, SECTION, RW);
        rig.master.read32(0x100_0000);
        rig.master.read32(0x100_5000);
        assertThat(rig.unit.tlb()).hasSize(2);

        rig.unit.write32(0x10, 0x100_0001);
        assertThat(rig.unit.tlb()).hasSize(1);
        SysMmuFlush.flushRange(rig.unit, rig.unit.revision(), 0x100_0000, SECTION);
        assertThat(rig.unit.tlb()).isEmpty();
    }

    @Test
    void aRangeCanBeFlushedFromVersion5On() {
        var rig = new Rig(5, 0).on();
        for (int i = 0; i < 4; i++) {
            rig.map(IOVA + i * SMALL_PAGE, rig.page(i), SMALL_PAGE, RW);
            rig.master.read32(IOVA + i * SMALL_PAGE);
        }
        rig.unit.write32(0x20, (int) IOVA + 0x1000);
        rig.unit.write32(0x24, (int) IOVA + 0x2000);
        rig.unit.write32(0x18, 1);

        assertThat(rig.unit.tlb()).extracting(t -> t.input()).containsExactly(IOVA, IOVA + 0x3000);
    }

    @Test
    void powerOffLosesEverything() {
        var rig = new Rig(3, 3).on();
        rig.map(IOVA, rig.page(0), SMALL_PAGE, RW);
        rig.master.read32(IOVA);
        rig.unit.powerOff();
        rig.unit.powerOn();

        assertThat(rig.unit.tlb()).isEmpty();
        assertThat(rig.unit.registers())
                .filteredOn(r -> !r.name().equals("MMU_VERSION"))
                .allMatch(r -> r.value() == 0);
        assertThat(rig.unit.translating()).isFalse();
    }

    @Test
    void whileBlockedNothingGoesThrough() {
        var rig = new Rig(3, 3).on();
        rig.map(IOVA, rig.page(0), SMALL_PAGE, RW);
        rig.unit.write32(0, 7);

        assertThat(rig.unit.read32(8)).isOne();
        assertThat(rig.master.read32(IOVA)).isEqualTo(new Reply.Held());
        assertThat(rig.irq.isRaised()).isFalse();
        rig.unit.write32(0, 5);
        assertThat(rig.unit.read32(8)).isZero();
        assertThat(rig.master.read32(IOVA)).isEqualTo(done(0));
    }

    @Test
    void twoUnitsOnOneTableCacheForThemselves() {
        var rig = new Rig(3, 3).on();
        var second = new SysMmu(rig.machine, "13630000.sysmmu", 3, 3, false, rig.memory, rig.irq);
        var right = new DmaMaster(rig.machine, "13400000.codec right", Optional.of(second), rig.memory);
        second.powerOn();
        SysMmuFlush.enable(second, second.revision(), rig.table.base());
        rig.map(IOVA, rig.page(0), SMALL_PAGE, RW);
        rig.master.read32(IOVA);
        right.read32(IOVA);

        SysMmuFlush.flushRange(rig.unit, rig.unit.revision(), IOVA, rig.unmap(IOVA, SMALL_PAGE));

        assertThat(rig.unit.tlb()).isEmpty();
        assertThat(second.tlb()).hasSize(1);
        assertThat(right.read32(IOVA)).isEqualTo(done(0));
    }

    @Test
    void withoutTheVmBanksEnableBitNothingIsTranslated() {
        var rig = new Rig(7, 4, true).on();
        rig.unit.write32(SysMmuLayout.CTRL_VM, 0);

        assertThat(rig.unit.translating()).isFalse();
    }

    @Test
    void capabilitiesTellTheVmBank() {
        var rig = new Rig(7, 4, true);
        rig.unit.powerOn();
        assertThat(rig.unit.read32(SysMmuLayout.CAPA0) >> 11 & 1).isOne();
        assertThat(rig.unit.read32(SysMmuLayout.CAPA1) >> 14 & 1).isOne();

        var plain = new Rig(7, 4, false);
        plain.unit.powerOn();
        assertThat(plain.unit.read32(SysMmuLayout.CAPA1) >> 14 & 1).isZero();
    }

    // ---- the trace

    @Test
    void aTraceShowsTheWalkAndChangesNothing() {
        var rig = new Rig(3, 3).on();
        rig.map(IOVA, rig.page(3), SMALL_PAGE, Prot.READ);
        int steps = rig.machine.steps();
        long digest = rig.machine.fullDigest();

        var trace = rig.unit.trace(IOVA + 0x123, false);
        assertThat(trace.tlb()).isEqualTo("miss");
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(rig.page(3) + 0x123, 0x1000, "r"));
        assertThat(trace.levels()).hasSize(2);
        assertThat(trace.levels().get(0).entryAddress()).isEqualTo(rig.table.base() + 0x804);
        assertThat(trace.levels().get(0).around())
                .hasSize(9)
                .filteredOn(e -> e.kind().equals("zero table"))
                .hasSize(8);
        assertThat(trace.levels().get(1).around()).extracting(e -> e.kind()).contains("4K r", "-");
        assertThat(trace.fields()).extracting(f -> f.value()).containsExactly(0x201L, 1L, 0x123L);
        for (var level : trace.levels()) {
            long bits = level.decoded().stream()
                    .mapToLong(f -> f.value() << f.low())
                    .reduce(0, (a, b) -> a | b);
            assertThat(bits).isEqualTo(level.value());
            assertThat(level.decoded().stream()
                            .mapToInt(f -> f.high() - f.low() + 1)
                            .sum())
                    .isEqualTo(32);
        }
        assertThat(rig.unit.trace(IOVA, true).verdict()).isEqualTo(new Verdict.Refused("AW ACCESS PROTECTION"));
        assertThat(rig.unit.trace(0x9000_0000L, true).verdict()).isEqualTo(new Verdict.Refused("PAGE"));
        assertThat(rig.machine.steps()).isEqualTo(steps);
        assertThat(rig.machine.fullDigest()).isEqualTo(digest);
    }

    @Test
    void aTraceTellsAStaleTlb() {
        var rig = new Rig(3, 3).on();
        rig.map(IOVA, rig.page(3), SMALL_PAGE, RW);
        rig.master.read32(IOVA);
        rig.unmap(IOVA, SMALL_PAGE);

        var trace = rig.unit.trace(IOVA, false);
        assertThat(trace.tlb()).isEqualTo("hit");
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(rig.page(3), 0x1000, "rw"));
        assertThat(trace.levels().getLast().value()).isZero();
        SysMmuFlush.disable(rig.unit);
        assertThat(rig.unit.trace(IOVA, false).verdict()).isEqualTo(new Verdict.Untranslated(IOVA));
    }

    // ---- robustness

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void randomRegisterWritesAndTableBytesNeverThrow(int seed) {
        var random = new Random(seed);
        for (int major : new int[] {2, 3, 5, 7}) {
            var rig = new Rig(major, 3, major == 7 && random.nextBoolean()).on();
            var registers = rig.unit.revision().variant().registers();
            for (int i = 0; i < 3000; i++) {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        int offset = random.nextInt(8) == 0
                                ? random.nextInt(0x9000)
                                : registers
                                        .get(random.nextInt(registers.size()))
                                        .offset();
                        rig.unit.write32(offset, random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(8));
                        rig.unit.read32(offset);
                    }
                    case 1 -> rig.memory.write32(rig.ram + (random.nextInt(1 << 18) & ~3), random.nextInt());
                    case 2 -> rig.master.read32(random.nextLong());
                    case 3 -> {
                        // A DMA write may hit the tables; that is what the test is about.
                        rig.master.write32(random.nextInt() & 0xffff_ffffL, random.nextInt());
                        rig.unit.write32(0, 5);
                    }
                    default -> {
                        rig.unit.trace(random.nextLong(), random.nextBoolean());
                        rig.unit.tlb();
                        rig.unit.registers();
                        rig.unit.fault();
                    }
                }
            }
        }
    }
}
