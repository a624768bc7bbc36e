package org.iommulab.backend.mtk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.LarbKind;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;

class MtkM4uTest {
    private static final long RAM = 0xbe00_0000L;
    private static final int SIZE = 64 << 20;
    private static final long ROOT = 0xbf80_0000L;
    private static final long TABLE = 0xbf81_2400L;
    private static final long PAGE = 0xbe10_0000L;
    private static final long PROTECT = 0xbe00_0100L;
    private static final long SEED = 8173;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, SIZE);

    private static final class Rig {
        final MtkLarb larb;
        final MtkSyscon pericfg;
        final MtkM4u unit;

        Rig(Machine machine, PhysicalMemory memory, MtkSoc soc, int larbNumber, boolean mode4Gb, boolean keeps) {
            larb = new MtkLarb(machine, "larb", larbNumber, soc.larbKind());
            pericfg = MtkSyscon.pericfg(machine, "pericfg");
            boolean infra = soc.has(MtkSoc.Flag.INFRA);
            var wiring = new MtkM4u.Wiring(infra ? List.of() : List.of(larb), pericfg, mode4Gb, keeps);
            unit = new MtkM4u(machine, "m4u", soc, wiring, memory);
        }

        void write(Register register, int value) {
            unit.write32(register.in(0), value);
        }

        int read(Register register) {
            return unit.read32(register.in(0));
        }

        /** As the driver leaves it after an attach, with the larb awake. */
        void on() {
            unit.powerOn();
            larb.powerOn();
            boolean legacy = unit.soc().has(MtkSoc.Flag.HAS_LEGACY_IVRP_PADDR);
            write(Register.IVRP_PADDR, MtkLayout.protect(PROTECT, legacy, false));
            write(Register.INT_CONTROL0, MtkLayout.INT_CONTROL_ALL);
            write(Register.INT_MAIN_CONTROL, MtkLayout.INT_MAIN_ALL);
            write(Register.PT_BASE_ADDR, (int) ROOT);
        }

        void flush(long iova, long last) {
            unit.write32(unit.soc().invSel().in(0), MtkLayout.INV_SEL_BOTH);
            write(Register.INVLD_START_A, MtkLayout.tlbAddress(iova));
            write(Register.INVLD_END_A, MtkLayout.tlbAddress(last));
            write(Register.INVALIDATE, MtkLayout.INVALIDATE_RANGE);
        }
    }

    private Rig mt8173() {
        var rig = new Rig(machine, memory, MtkSoc.MT8173, 0, false, true);
        rig.on();
        rig.larb.write32(MtkLayout.LARB_MMU_EN_MT8173, 0x1);
        return rig;
    }

    private DmaMaster master(Rig rig, int id) {
        return new DmaMaster(machine, "port " + id, Optional.of(rig.unit), List.of(id), memory);
    }

    /** The word for 0x00123000. */
    private void entry(long page) {
        memory.write32(ROOT + 4, (int) TABLE | 9);
        memory.write32(TABLE + 0x23 * 4, page == 0 ? 0 : (int) page | 0xc42);
    }

    @Test
    void onlyAPortThatIsSwitchedIsTranslated() {
        Rig rig = mt8173();
        entry(PAGE);
        memory.write32(PAGE + 8, 77);

        assertThat(master(rig, 0).read32(0x12_3008)).isEqualTo(new Reply.Done(77));
        assertThat(master(rig, 1).read32(0x12_3008)).isEqualTo(new Reply.NoAnswer(0x12_3008));
        assertThat(rig.unit.translating(master(rig, 0))).isTrue();
        assertThat(rig.unit.translating(master(rig, 1))).isFalse();
        assertThat(master(rig, 0x20).read32(0x12_3008))
                .as("a larb that is not there")
                .isInstanceOf(Reply.Refused.class);
    }

    @Test
    void aLarbThatSleepsAnswersNothingAndForgets() {
        Rig rig = mt8173();
        rig.larb.powerOff();
        assertThat(master(rig, 0).read32(PAGE)).isInstanceOf(Reply.Held.class);
        rig.larb.powerOn();
        assertThat(master(rig, 0).read32(PAGE)).as("switched off").isEqualTo(new Reply.Done(0));
        assertThat(rig.larb.read32(MtkLayout.LARB_MMU_EN_MT8173)).isZero();
    }

    @Test
    void theSheetsWalkWith34And35Bits() {
        var rig = new Rig(machine, memory, MtkSoc.MT8195_VDO, 19, false, false);
        rig.on();
        rig.larb.write32(MtkLayout.LARB_NONSEC_CON, MtkLayout.bankSelect(1) | MtkLayout.NONSEC_MMU_EN);
        memory.write32(0xbf80_48d0L, 0xbf81_2409);
        memory.write32(0xbf81_2558L, 0x89ab_ce72);

        assertThat(master(rig, 0x260).read32(0x2345_6010)).isEqualTo(new Reply.NoAnswer(0x7_89ab_c010L));
        assertThat(rig.unit.trace(master(rig, 0x260), 0x2345_6010, false).verdict())
                .isEqualTo(new Verdict.Reached(0x7_89ab_c010L, 4096, "rw"));
        assertThat(rig.unit.registers()).anyMatch(r -> r.meaning().equals("through the M4U, addresses from 4 GiB"));
    }

    @Test
    void in4GbModeMemoryIs4GiBLower() {
        var rig = new Rig(machine, memory, MtkSoc.MT8173, 0, true, true);
        rig.on();
        rig.larb.write32(MtkLayout.LARB_MMU_EN_MT8173, 0x1);
        memory.write32(ROOT + 4, (int) TABLE | 9);
        memory.write32(TABLE + 0x23 * 4, (int) PAGE | 0xe42);
        memory.write32(PAGE, 5);
        assertThat(master(rig, 0).read32(0x12_3000)).isEqualTo(new Reply.Done(5));

        memory.write32(TABLE + 0x24 * 4, (int) PAGE | 0xc42);
        rig.flush(0x12_4000, 0x12_4fff);
        assertThat(master(rig, 0).read32(0x12_4000)).isInstanceOf(Reply.Done.class);
        assertThat(rig.read(Register.FAULT_ST1)).isEqualTo(MtkLayout.FAULT_INVALID_PA);
        assertThat(rig.read(Register.MMU0_INVLD_PA)).isEqualTo((int) PAGE);
        assertThat(rig.unit.fault()).startsWith("invalid physical address at 0x124000");
    }

    @Test
    void aFaultLandsInTheProtectPageAndIsLatchedOnce() {
        Rig rig = mt8173();
        assertThat(master(rig, 0).write32(0x12_3040, 55)).isEqualTo(new Reply.Done(55));
        assertThat(memory.read32(PROTECT + 0x40)).isEqualTo(55);
        assertThat(rig.read(Register.FAULT_ST1)).isEqualTo(MtkLayout.FAULT_TRANSLATION);
        assertThat(rig.read(Register.MMU0_FAULT_VA)).isEqualTo(0x12_3003);
        assertThat(rig.read(Register.MMU0_INT_ID)).isZero();
        assertThat(rig.unit.lines().getFirst().isRaised()).isTrue();

        master(rig, 0).read32(0x45_6000);
        assertThat(rig.read(Register.MMU0_FAULT_VA)).as("the first is kept").isEqualTo(0x12_3003);

        rig.write(Register.INT_CONTROL0, rig.read(Register.INT_CONTROL0) | MtkLayout.INT_CLEAR);
        assertThat(rig.read(Register.FAULT_ST1)).isZero();
        assertThat(rig.read(Register.INT_CONTROL0)).isEqualTo(MtkLayout.INT_CONTROL_ALL);
        assertThat(rig.unit.lines().getFirst().isRaised()).isFalse();
        assertThat(rig.unit.fault()).isEmpty();
    }

    @Test
    void aTableOutOfMemoryInterruptsWithoutACause() {
        Rig rig = mt8173();
        rig.write(Register.PT_BASE_ADDR, 0x1000_0000);
        assertThat(master(rig, 0).read32(0x12_3000)).isInstanceOf(Reply.Done.class);
        assertThat(rig.read(Register.FAULT_ST1)).isZero();
        assertThat(rig.unit.lines().getFirst().isRaised()).isTrue();
    }

    @Test
    void theNeighboursOfAnEntryAreKeptEvenWhenTheyAreEmpty() {
        Rig rig = mt8173();
        entry(PAGE);
        int before = machine.steps();
        master(rig, 0).read32(0x12_3000);
        assertThat(Words.kinds(machine, before))
                .isEqualTo("Dma TlbMiss WalkRead WalkRead TlbFill TlbFill TlbFill TlbFill Translated Data");
        assertThat(rig.unit.tlb()).extracting(view -> view.permissions()).containsExactly("rw", "-", "-", "-");

        memory.write32(TABLE + 0x22 * 4, (int) PAGE | 0xc42);
        master(rig, 0).read32(0x12_2000);
        assertThat(rig.read(Register.FAULT_ST1)).as("mapped, but not told").isEqualTo(1);
        rig.write(Register.INT_CONTROL0, MtkLayout.INT_CLEAR);
        rig.flush(0x12_2000, 0x12_2fff);
        assertThat(rig.unit.tlb()).hasSize(3);
        assertThat(rig.read(Register.CPE_DONE)).isEqualTo(1);
        master(rig, 0).read32(0x12_2000);
        assertThat(rig.read(Register.FAULT_ST1)).isZero();
    }

    @Test
    void withoutInvSelNothingIsDropped() {
        Rig rig = mt8173();
        entry(PAGE);
        master(rig, 0).read32(0x12_3000);
        rig.write(Register.INVALIDATE, MtkLayout.INVALIDATE_ALL);
        assertThat(rig.unit.tlb()).isNotEmpty();
        rig.write(Register.INV_SEL_GEN1, MtkLayout.INV_SEL_BOTH);
        rig.write(Register.INVALIDATE, MtkLayout.INVALIDATE_ALL);
        assertThat(rig.unit.tlb()).isEmpty();
    }

    @Test
    void whatSleepForgetsDependsOnThePowerDomain() {
        Rig keeps = mt8173();
        keeps.unit.powerOff();
        assertThat(keeps.read(Register.PT_BASE_ADDR)).as("no answer").isZero();
        keeps.unit.powerOn();
        assertThat(keeps.unit.tableBase()).isEqualTo(ROOT);

        var forgets = new Rig(machine, memory, MtkSoc.MT8195_VDO, 0, false, false);
        forgets.on();
        forgets.unit.powerOff();
        forgets.unit.powerOn();
        assertThat(forgets.unit.tableBase()).isZero();
        assertThat(forgets.read(Register.WR_LEN_CTRL)).isNotZero();
    }

    @Test
    void theInfrastructuresBanksHaveTablesOfTheirOwn() {
        var rig = new Rig(machine, memory, MtkSoc.MT8195_INFRA, 0, false, false);
        assertThat(rig.unit.powered()).isTrue();
        rig.pericfg.write32(MtkLayout.PERICFG_IOMMU_1, 1 << 30 | 1 << 16);
        rig.unit.write32(Register.PT_BASE_ADDR.in(4), (int) ROOT);
        rig.unit.write32(Register.PT_BASE_ADDR.in(2), 0x1234_5000);
        entry(PAGE);
        memory.write32(PAGE, 9);

        assertThat(master(rig, 30).read32(0x12_3000)).isEqualTo(new Reply.Done(9));
        assertThat(rig.unit.tableBase(master(rig, 30))).isEqualTo(ROOT);
        assertThat(rig.unit.tableBase(master(rig, 16))).isZero();
        assertThat(rig.unit.translating(master(rig, 20))).isFalse();
        // bank 0 drops everything, a range only what is its own
        rig.unit.write32(Register.INV_SEL_GEN2.in(0), MtkLayout.INV_SEL_BOTH);
        rig.unit.write32(Register.INVLD_END_A.in(0), 0xffff_f000);
        rig.unit.write32(Register.INVALIDATE.in(0), MtkLayout.INVALIDATE_RANGE);
        assertThat(rig.unit.tlb()).isNotEmpty();
        rig.unit.write32(Register.INVALIDATE.in(0), MtkLayout.INVALIDATE_ALL);
        assertThat(rig.unit.tlb()).isEmpty();
    }

    @Test
    void aTraceChangesNothing() {
        Rig rig = mt8173();
        entry(PAGE);
        DmaMaster past = master(rig, 1);
        int steps = machine.steps();
        long digest = machine.fullDigest();
        assertThat(rig.unit.trace(0x12_3123, false).verdict()).isEqualTo(new Verdict.Reached(PAGE + 0x123, 4096, "rw"));
        assertThat(rig.unit.trace(past, PAGE, false).verdict()).isEqualTo(new Verdict.Untranslated(PAGE));
        assertThat(rig.unit.trace(0x12_4010, false).verdict())
                .isEqualTo(new Verdict.Redirected("translation fault", "protect page", 0xbe00_0110L));
        assertThat(machine.steps()).isEqualTo(steps);
        assertThat(machine.fullDigest()).isEqualTo(digest);
    }

    @Test
    void randomRegistersAndTablesNeverThrow() {
        var random = new Random(SEED);
        for (MtkSoc soc : MtkSoc.values()) {
            var own = Machine.recording();
            var ram = new PhysicalMemory(own, RAM, SIZE);
            var rig = new Rig(own, ram, soc, random.nextInt(32), random.nextBoolean(), random.nextBoolean());
            rig.unit.powerOn();
            rig.larb.powerOn();
            int larbBase = soc.larbKind() == LarbKind.PORTS ? MtkLayout.LARB_NONSEC_CON : MtkLayout.LARB_MMU_EN_MT8173;
            for (int i = 0; i < 3_000; i++) {
                Register register = Register.values()[random.nextInt(Register.values().length)];
                int offset = random.nextInt(4) == 0 ? random.nextInt() : register.in(random.nextInt(6));
                rig.unit.write32(offset, random.nextBoolean() ? random.nextInt() : (int) RAM + random.nextInt(SIZE));
                rig.unit.read32(offset);
                rig.larb.write32(larbBase + random.nextInt(140), random.nextInt());
                rig.pericfg.write32(MtkLayout.PERICFG_IOMMU_1, random.nextInt());
                ram.write32(RAM + random.nextInt(1 << 22) * 4L, random.nextInt());
                var port = new DmaMaster(own, "port", Optional.of(rig.unit), List.of(random.nextInt()), ram);
                var reply = random.nextBoolean() ? port.read32(random.nextLong()) : port.write32(random.nextInt(), 1);
                assertThat(reply).as("%s, seed %d", soc, SEED).isNotNull();
                if (i % 50 == 0) {
                    assertThat(rig.unit.trace(random.nextLong(), false)).isNotNull();
                    assertThat(rig.unit.trace(port, random.nextLong(), true)).isNotNull();
                    assertThat(rig.unit.registers()).isNotEmpty();
                    assertThat(rig.unit.tlb().size()).isLessThanOrEqualTo(rig.unit.tlbSlots());
                    assertThat(rig.unit.fault()).isNotNull();
                    rig.unit.powerOff();
                    rig.unit.powerOn();
                }
            }
        }
    }
}
