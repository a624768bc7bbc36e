package org.iommulab.backend.msm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.iommulab.backend.msm.MsmLayout.Context;
import org.iommulab.backend.msm.MsmLayout.Field;
import org.iommulab.backend.msm.MsmLayout.Global;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.armv7s.ArmV7sConfig;
import org.iommulab.pagetable.armv7s.ArmV7sPageTable;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The unit alone: what its contexts do with accesses and probes, as the sheet's registers say. */
class MsmUnitTest {
    private static final long RAM = 0x8000_0000L;
    private static final long IOVA = 0x0034_5000L;
    private static final long PAGE = RAM + (40 << 20);
    private static final int RW = Prot.READ | Prot.WRITE;
    private static final int ACTLR = 0x37072;
    private static final int NO_STALL = ACTLR & ~(1 << 14);

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 64 << 20);
    private final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + (8 << 20));
    private final MsmUnit unit = new MsmUnit(machine, "7500000.iommu", 2, memory);
    private final DmaMaster first = port("first", 0);
    private final DmaMaster second = port("second", 2);
    private final ArmV7sPageTable table = new ArmV7sPageTable(
            memory,
            frames,
            new ArmV7sConfig(32, 32, Set.of(), false),
            TableFlush.NONE,
            TableListener.NONE,
            warning -> {});

    private DmaMaster port(String name, int mid) {
        return new DmaMaster(machine, name, Optional.of(unit), List.of(mid), memory);
    }

    private void write(Context register, int context, int value) {
        unit.write32(register.in(context), value);
    }

    private int read(Context register, int context) {
        return unit.read32(register.in(context));
    }

    private void enable(int context, int actlr) {
        write(Context.CONTEXTIDR, context, context);
        write(Context.TTBR0, context, (int) table.base() | 2);
        write(Context.ACTLR, context, actlr);
        write(Context.SCTLR, context, 7);
    }

    private void route(int mid, int context) {
        unit.write32(MsmLayout.machineId(mid), 0x00c0_0000 | context << 8);
    }

    @Test
    void offsetsAndFieldsAreTheSheets() {
        assertThat(MsmLayout.machineId(2)).isEqualTo(0xff008);
        assertThat(MsmLayout.contextAttributes(1)).isEqualTo(0xff804);
        assertThat(Context.TLBIVA.in(1)).isEqualTo(0x1808);
        assertThat(Global.TLBIALL.offset()).isEqualTo(0xfff00);
        assertThat(MsmLayout.NSCFG.in(MsmLayout.CBNDX.in(0, 1), 3)).isEqualTo(0x00c0_0100);
        assertThat(new Field(8, 0xff).in(0xffff_ffff, 0x12)).isEqualTo(0xffff_12ff);
        assertThat(unit.read32(Global.IDR.offset())).isEqualTo(2 << 24 | 2 << 16 | 1 << 9 | 32);
    }

    @Test
    void aMachineIdChoosesTheContext() {
        memory.write32(PAGE, 77);
        table.map(IOVA, PAGE, 4096, 1, RW);
        route(2, 1);
        enable(1, ACTLR);

        assertThat(second.read32(IOVA)).isEqualTo(new Reply.Done(77));
        assertThat(first.read32(PAGE)).as("context 0 is off").isEqualTo(new Reply.Done(77));
        assertThat(unit.translating(second)).isTrue();
        assertThat(unit.translating(first)).isFalse();
        assertThat(unit.tableBase(second)).isEqualTo(table.base());
        route(2, 0);
        assertThat(second.read32(PAGE)).isEqualTo(new Reply.Done(77));
        route(2, 9);
        assertThat(second.read32(PAGE)).isEqualTo(new Reply.Refused("no context bank"));
        assertThat(port("unknown", 40).read32(PAGE)).isEqualTo(new Reply.Refused("no context bank"));
    }

    // the sheet's worked example, and a supersection
    @ParameterizedTest
    @CsvSource({"0x345000,0x8a123000,0x1000", "0x12300000,0x9ab00000,0x100000", "0x45670000,0x81230000,0x10000"})
    void pagesOfEachSizeAreWalked(String iova, String pa, String size) {
        table.map(Long.decode(iova), Long.decode(pa), Long.decode(size), 1, RW);
        enable(0, ACTLR);
        var trace = unit.trace(first, Long.decode(iova) + 0x678, false);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(Long.decode(pa) + 0x678, Long.decode(size), "rw"));
    }

    @Test
    void aFaultIsLatchedAndStalledUntilResume() {
        enable(0, ACTLR);
        table.map(IOVA, PAGE, 4096, 1, RW);
        assertThat(first.write32(IOVA + 0x1000, 1)).isEqualTo(new Reply.Held());
        assertThat(read(Context.FSR, 0)).isEqualTo(2);
        assertThat(read(Context.FAR, 0)).isEqualTo(0x0034_6000);
        assertThat(read(Context.FSYNR0, 0)).isZero();
        assertThat(read(Context.FSYNR1, 0)).isEqualTo(0x100);
        assertThat(unit.fault()).isEqualTo("translation fault at 0x346000, context 0");
        assertThat(unit.lines().getFirst().isRaised()).isTrue();

        write(Context.FSR, 0, MsmLayout.FSR_CLEARED);
        assertThat(read(Context.FSR, 0)).isZero();
        assertThat(unit.lines().getFirst().isRaised()).isFalse();
        assertThat(unit.blocked()).isTrue();
        assertThat(first.read32(IOVA)).as("nobody resumed").isEqualTo(new Reply.Held());
        write(Context.RESUME, 0, 1);
        assertThat(first.read32(IOVA)).isEqualTo(new Reply.Done(0));
    }

    @Test
    void aHandlerThatMapsAndResumesLetsTheAccessGoOn() {
        enable(0, ACTLR);
        memory.write32(PAGE, 99);
        unit.lines().getFirst().connect(() -> {
            table.map(IOVA, PAGE, 4096, 1, RW);
            write(Context.FSR, 0, -1);
            write(Context.RESUME, 0, 0);
        });
        assertThat(first.read32(IOVA)).isEqualTo(new Reply.Done(99));
    }

    @Test
    void theContextSaysWhichInterruptItPulls() {
        enable(0, NO_STALL);
        unit.write32(MsmLayout.contextAttributes(0), MsmLayout.IRPTNDX.in(0, 1));
        first.read32(IOVA);
        assertThat(unit.lines().get(0).isRaised()).isFalse();
        assertThat(unit.lines().get(1).isRaised()).isTrue();
        write(Context.ACTLR, 0, NO_STALL & ~2);
        assertThat(unit.lines().get(1).isRaised()).as("CFEIE is off").isFalse();
    }

    @Test
    void aSecondFaultOnlySaysMulti() {
        enable(0, NO_STALL);
        assertThat(first.read32(IOVA)).isEqualTo(new Reply.Refused("translation fault"));
        first.write32(IOVA + 0x4000, 0);
        assertThat(read(Context.FSR, 0)).isEqualTo(2 | MsmLayout.FSR_MULTI);
        assertThat(read(Context.FAR, 0)).isEqualTo((int) IOVA);
        write(Context.FSR, 0, MsmLayout.FSR_CLEARED);
        assertThat(read(Context.FSR, 0))
                .as("what the handler writes leaves MULTI")
                .isEqualTo(MsmLayout.FSR_MULTI);
    }

    @Test
    void permissionsAndTheAccessFlagAreChecked() {
        enable(0, NO_STALL);
        table.map(IOVA, PAGE, 4096, 1, Prot.READ);
        table.map(IOVA + 0x1000, PAGE, 4096, 1, RW | Prot.PRIV);
        assertThat(first.read32(IOVA)).isEqualTo(new Reply.Done(0));
        assertThat(first.write32(IOVA, 1)).isEqualTo(new Reply.Refused("access permission fault"));
        assertThat(first.read32(IOVA + 0x1000)).isEqualTo(new Reply.Refused("access permission fault"));
        table.radix().writeEntry(1, IOVA + 0x2000, table.radix().entry(1, IOVA) & ~(1L << 4));
        assertThat(first.read32(IOVA + 0x2000)).isEqualTo(new Reply.Refused("access flag fault"));
        write(Context.SCTLR, 0, 3);
        assertThat(first.read32(IOVA + 0x2000)).as("AFE is off").isEqualTo(new Reply.Done(0));
        write(Context.TTBR0, 0, 0x1000_0000);
        assertThat(first.read32(IOVA + 0x3000)).isEqualTo(new Reply.Refused("decode error of a table walk"));
    }

    // ---- probes

    @Test
    void theSelfTestFindsAUnitThatAnswers() {
        var registers = new MsmRegisters(unit);
        registers.reset(2);
        assertThat(registers.selfTest()).as("FAULT and TLBMF").isEqualTo(0x11);
        assertThat(unit.translating()).isFalse();
    }

    // probe | is the page for privileged masters only | V2PCFG | PAR, where it is not the page
    @ParameterizedTest
    @CsvSource({
        "V2PPR,false,3,page",
        "V2PPW,false,3,9",
        "V2PUR,false,3,page",
        "V2PUW,false,3,9",
        "V2PPR,true,3,page",
        "V2PUR,true,3,9",
        "V2PPR,false,1,11",
        "V2PUW,false,1,11"
    })
    void aProbeAnswersInPar(Context register, boolean privileged, int v2pcfg, String answer) {
        table.map(IOVA, PAGE, 4096, 1, privileged ? Prot.READ | Prot.PRIV : Prot.READ);
        enable(0, MsmLayout.V2PCFG.in(ACTLR, v2pcfg));
        write(register, 0, (int) IOVA);
        int expected = answer.equals("page") ? (int) PAGE : Integer.parseInt(answer, 16);
        assertThat(read(Context.PAR, 0)).isEqualTo(expected);
        assertThat(read(Context.FSR, 0)).as("a probe is no fault").isZero();
        assertThat(unit.blocked()).isFalse();
    }

    @Test
    void theDriversProbeKeepsTheOffsetOfEachPageSize() {
        var registers = new MsmRegisters(unit);
        table.map(IOVA, 0x8a12_3000L, 0x1000, 1, RW);
        table.map(0x4567_0000L, 0x8123_0000L, 0x10000, 1, RW);
        table.map(0x1230_0000L, 0x9ab0_0000L, 0x10_0000, 1, RW);
        table.map(0x4000_0000L, 0x9000_0000L, 0x100_0000, 1, RW);
        enable(0, ACTLR);
        assertThat(registers.probe(0, IOVA + 0x123)).isEqualTo(0x8a12_3123L);
        assertThat(registers.probe(0, 0x4567_8123L)).isEqualTo(0x8123_8123L);
        assertThat(registers.probe(0, 0x123f_f123L)).isEqualTo(0x9abf_f123L);
        assertThat(registers.probe(0, 0x40ab_c123L)).isEqualTo(0x90ab_c123L);
        assertThat(read(Context.PAR, 0) & 2).as("a supersection says so").isEqualTo(2);
        assertThat(registers.probe(0, IOVA + 0x1000)).isZero();
    }

    @Test
    void aProbeOfAContextThatIsOffAnswersTheAddress() {
        write(Context.V2PPR, 0, 0x1234_5678);
        assertThat(read(Context.PAR, 0)).isEqualTo(0x1234_5000);
    }

    // ---- the TLB

    @Test
    void invalidationIsByContextAddressAndAddressSpace() {
        table.map(IOVA, PAGE, 4096, 1, RW);
        route(2, 1);
        enable(0, ACTLR);
        enable(1, ACTLR);
        first.read32(IOVA);
        second.read32(IOVA);
        assertThat(unit.tlb()).hasSize(2).allMatch(t -> t.table() == table.base());

        write(Context.TLBIVA, 0, 0x0034_6000);
        write(Context.TLBIVA, 0, 0x0034_5001);
        write(Context.TLBIVA, 1, 0x0034_5000);
        assertThat(unit.tlb()).as("other page, other ASID, other ASID").hasSize(2);
        write(Context.TLBIVA, 1, 0x0034_5001);
        assertThat(unit.tlb()).hasSize(1);
        write(Context.TLBIALL, 1, 0);
        assertThat(unit.tlb()).hasSize(1);
        write(Context.TLBIVAA, 0, 0x0034_5000);
        assertThat(unit.tlb()).isEmpty();
    }

    @Test
    void theGlobalRegistersForgetOneMachineOrAll() {
        table.map(IOVA, PAGE, 4096, 1, RW);
        route(2, 1);
        enable(0, ACTLR);
        enable(1, ACTLR);
        unit.write32(MsmLayout.contextAttributes(1), MsmLayout.CBVMID.in(0, 5));
        first.read32(IOVA);
        second.read32(IOVA);
        unit.write32(Global.TLBIVMID.offset(), 5);
        assertThat(unit.tlb()).hasSize(1);
        second.read32(IOVA);
        unit.write32(Global.TLBIALL.offset(), 0);
        assertThat(unit.tlb()).isEmpty();
    }

    @Test
    void aTlbThatMayNotWalkMisses() {
        table.map(IOVA, PAGE, 4096, 1, RW);
        enable(0, NO_STALL);
        first.read32(IOVA);
        write(Context.ACTLR, 0, MsmLayout.TLBMCFG.in(NO_STALL, 0));
        assertThat(first.read32(IOVA)).isEqualTo(new Reply.Done(0));
        write(Context.TLBIASID, 0, 0);
        assertThat(first.read32(IOVA)).isEqualTo(new Reply.Refused("TLB miss fault"));
    }

    @Test
    void randomRegistersAndRandomTablesNeverThrow() {
        long seed = 20230110;
        var random = new Random(seed);
        for (int i = 0; i < 4000; i++) {
            memory.write32(RAM + 4L * random.nextInt(1 << 16), random.nextInt());
        }
        for (int i = 0; i < 5000; i++) {
            int context = random.nextInt(3);
            Context register = Context.values()[random.nextInt(Context.values().length)];
            boolean ram = register == Context.TTBR0 && random.nextBoolean();
            write(register, context, ram ? (int) RAM + random.nextInt(1 << 18) : random.nextInt());
            unit.write32(MsmLayout.M2VCBR_N + 4 * random.nextInt(1024), random.nextInt());
            route(random.nextInt(32), random.nextInt(3));
            unit.write32(random.nextInt(), random.nextInt());
            unit.read32(random.nextInt());
            long address = random.nextBoolean() ? random.nextLong() : random.nextInt() & 0xffff_ffffL;
            DmaMaster port = random.nextBoolean() ? first : second;
            boolean write = random.nextBoolean();
            assertThat(write ? port.write32(address, 1) : port.read32(address))
                    .as("seed %d", seed)
                    .isNotNull();
            assertThat(unit.trace(port, address, write)).isNotNull();
            assertThat(unit.registers()).isNotEmpty();
            unit.tlb();
            unit.fault();
        }
    }
}
