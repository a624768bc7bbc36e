package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.riscv.RiscvRig.ID;
import static org.iommulab.backend.riscv.RiscvRig.PSCID;
import static org.iommulab.backend.riscv.RiscvRig.RW;
import static org.iommulab.backend.riscv.RiscvRig.page;
import static org.iommulab.backend.riscv.RiscvRig.translating;

import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the unit does with accesses, commands and faults, by its tables in memory and its registers alone. */
class RiscvUnitTest {
    private static final long IOVA = 0x12_3456_7000L;
    private static final int M2 = 1 << 21;
    private static final RiscvCaps BASE = new RiscvCaps(RiscvCaps.QEMU.word() & ~(1L << RiscvCaps.MSI_FLAT));
    private static final RiscvCaps UPDATES = new RiscvCaps(RiscvCaps.QEMU.word() | 1L << RiscvCaps.AMO_HWAD);
    private static final RiscvDc BARE = new RiscvDc(RiscvDc.V, 0, 0, 0, 0);

    private final RiscvRig rig = new RiscvRig();

    private static Reply.Refused refused(RiscvCause cause) {
        return new Reply.Refused(cause.text());
    }

    /** The access is refused, and its record says why. */
    private void faults(RiscvRig on, boolean write, long input, RiscvCause cause) {
        int before = on.faults();
        assertThat(write ? on.port.write32(input, 1) : on.port.read32(input)).isEqualTo(refused(cause));
        assertThat(on.fault(before)).isEqualTo(RiscvFault.of(cause, ID, input, write));
        assertThat(on.faults()).isEqualTo(before + 1);
        on.unit.write32(RiscvQueue.FAULT.head(), on.faults());
    }

    // ---- modes

    @ParameterizedTest
    @CsvSource({"0, false", "1, true"})
    void outOfResetItIsOffOrBare(int mode, boolean passes) {
        var fresh = new RiscvRig(Machine.recording(), RiscvCaps.QEMU, mode, 3);
        assertThat(fresh.port.read32(page(1))).isEqualTo(passes ? new Reply.Done(0) : refused(RiscvCause.DMA_DISABLED));
        assertThat(fresh.unit.refuses(fresh.port)).isEqualTo(!passes);
        assertThat(fresh.unit.tableBase()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // levels that it takes, from mode, wanted mode: mode then
        "3, 0, 4, 4",
        "3, 1, 2, 2",
        "3, 0, 5, 0",
        "3, 4, 3, 4",
        "3, 4, 1, 1",
        "3, 4, 0, 0",
        "3, 3, 3, 3",
        "1, 0, 4, 0",
        "1, 0, 3, 0",
        "1, 0, 2, 2",
        "2, 1, 4, 1"
    })
    void modesThatAreTaken(int most, int from, int wanted, int then) {
        var one = RiscvRig.with(RiscvCaps.QEMU, most);
        one.unit.write64(RiscvLayout.DDTP, RiscvLayout.ppn(RiscvRig.ROOT) | from);
        one.unit.write64(RiscvLayout.DDTP, RiscvLayout.ppn(RiscvRig.ROOT) | wanted);
        assertThat(one.peek(RiscvLayout.DDTP) & 0xf).isEqualTo(then);
    }

    // ---- the directory

    @ParameterizedTest
    @CsvSource({"true, 2", "true, 3", "false, 2", "false, 3"})
    void aContextIsFoundInEitherFormat(boolean extended, int levels) {
        var one = RiscvRig.with(extended ? RiscvCaps.QEMU : BASE, 3).on(levels);
        var table = one.table(3);
        table.map(IOVA, page(1), 4096, 1, RW);
        one.put(ID, translating(3, table.base()));
        assertThat(one.port.write32(IOVA + 8, 0x1234)).isEqualTo(new Reply.Done(0x1234));
        assertThat(one.memory.read32(page(1) + 8)).isEqualTo(0x1234);
        assertThat(one.unit.tableBase(one.port)).isEqualTo(table.base());
        assertThat(one.unit.translating(one.port)).isTrue();
    }

    @Test
    void aDirectoryOfOneLevelHasContextsOnly() {
        var one = RiscvRig.with(BASE, 1).on(1);
        one.put(5, BARE);
        assertThat(one.port(5).read32(page(1))).isEqualTo(new Reply.Done(0));
        faults(one, false, page(1), RiscvCause.TYPE_DISALLOWED);
    }

    @Test
    void aBareContextLetsPass() {
        rig.on(3).put(ID, BARE);
        assertThat(rig.port.read32(page(1))).isEqualTo(new Reply.Done(0));
        assertThat(rig.unit.translating(rig.port)).isFalse();
        assertThat(rig.unit.refuses(rig.port)).isFalse();
    }

    // which word in memory is wrong, and how
    @ParameterizedTest
    @CsvSource({
        "root, 0, DDT_INVALID",
        "root, 0x3, DDT_MISCONFIGURED",
        "root, 0x1, DDT_LOAD",
        "middle, 0, DDT_INVALID",
        "middle, 0x4000000000000001, DDT_MISCONFIGURED",
        "context, 0, DDT_INVALID",
        "context, 0x3, DDT_MISCONFIGURED"
    })
    void whatIsWrongWithADirectory(String which, String value, RiscvCause cause) {
        rig.on(3).put(ID, BARE);
        var ddt = new RiscvDdt(true);
        long at = switch (which) {
            case "root" -> RiscvRig.ROOT + ddt.offset(2, ID);
            case "middle" -> RiscvRig.MIDDLE + ddt.offset(1, ID);
            default -> rig.contextAt(ID);
        };
        rig.memory.write64(at, Long.decode(value));
        assertThat(rig.unit.refuses(rig.port)).isTrue();
        faults(rig, true, page(1), cause);
    }

    @Test
    void aContextIsKeptUntilItIsDropped() {
        rig.on(3).put(ID, BARE);
        assertThat(rig.port.read32(page(1))).isInstanceOf(Reply.Done.class);
        rig.put(ID, new RiscvDc(0, 0, 0, 0, 0));
        assertThat(rig.port.read32(page(1))).as("memory is not looked at").isInstanceOf(Reply.Done.class);
        rig.send(RiscvCommand.forgetContext(ID + 1));
        assertThat(rig.port.read32(page(1))).isInstanceOf(Reply.Done.class);
        rig.send(RiscvCommand.forgetContext(ID));
        faults(rig, false, page(1), RiscvCause.DDT_INVALID);
    }

    @Test
    void whatIsNotValidIsNotKept() {
        rig.on(3);
        faults(rig, false, page(1), RiscvCause.DDT_INVALID);
        rig.put(ID, BARE);
        assertThat(rig.port.read32(page(1))).isInstanceOf(Reply.Done.class);
    }

    // ---- the first stage

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void pagesOfEverySize(int levels) {
        var table = rig.attached(levels);
        for (var size : new RiscvFormat(levels, false).pageSizes().subList(0, 2)) {
            table.map(size.bytes(), page(0) & -size.bytes(), size.bytes(), 1, RW);
            assertThat(rig.port.write32(size.bytes() + 0x34, 7)).isEqualTo(new Reply.Done(7));
            assertThat(rig.memory.read32((page(0) & -size.bytes()) + 0x34)).isEqualTo(7);
        }
    }

    @Test
    void whatIsNotAllowedFaults() {
        var table = rig.attached(3);
        table.map(IOVA, page(1), 4096, 1, Prot.READ);
        faults(rig, false, IOVA + 0x1000, RiscvCause.READ_PAGE);
        faults(rig, true, IOVA, RiscvCause.WRITE_PAGE);
        assertThat(rig.port.read32(IOVA)).isEqualTo(new Reply.Done(0));
        faults(rig, true, IOVA, RiscvCause.WRITE_PAGE);
        faults(rig, false, 1L << 38, RiscvCause.READ_PAGE);
        faults(rig, true, -1L << 40, RiscvCause.WRITE_PAGE);
    }

    // the last entry of the walk for IOVA, which is 0x...d7 for page 1
    @ParameterizedTest
    @CsvSource({
        "0xd6, READ_PAGE",
        "0xd5, READ_PAGE",
        "0xc7, READ_PAGE",
        "0x97, READ_PAGE",
        "0xd9, READ_PAGE",
        "0x01, READ_PAGE",
        "0x57, WRITE_PAGE",
        "0x53, WRITE_PAGE",
        "0x40000000000000d7, READ_PAGE",
        "0x80000000000000d7, READ_PAGE"
    })
    void entriesThatDoNotServe(String bits, RiscvCause cause) {
        var table = rig.attached(3);
        table.map(IOVA, page(1), 4096, 1, RW);
        long at = table.radix().entryAddress(2, IOVA);
        rig.memory.write64(at, RiscvLayout.ppn(page(1)) | Long.parseUnsignedLong(bits.substring(2), 16));
        faults(rig, cause == RiscvCause.WRITE_PAGE, IOVA, cause);
    }

    @Test
    void aLargePageMustBeAligned() {
        var table = rig.attached(3);
        table.map(0, page(0) & -M2, M2, 1, RW);
        rig.memory.write64(table.radix().entryAddress(1, 0), RiscvLayout.ppn((page(0) & -M2) + 0x1000) | 0xd7);
        faults(rig, false, 0x1000, RiscvCause.READ_PAGE);
    }

    @ParameterizedTest
    @CsvSource({"false, READ_ACCESS", "true, WRITE_ACCESS"})
    void aTableWhereNoMemoryIs(boolean write, RiscvCause cause) {
        var table = rig.attached(3);
        rig.memory.write64(table.base(), RiscvLayout.ppn(0x1000) | 1);
        faults(rig, write, 0x1000, cause);
    }

    @Test
    void theUnitSetsBitsWhereItMay() {
        var one = RiscvRig.with(UPDATES, 3);
        var table = one.attached(3);
        one.put(ID, new RiscvDc(RiscvDc.V | RiscvDc.SADE, 0, 0, RiscvDc.fsc(3, table.base()), 0));
        table.map(IOVA, page(1), 4096, 1, RW);
        long at = table.radix().entryAddress(2, IOVA);
        long page = RiscvLayout.ppn(page(1));
        one.memory.write64(at, page | 0x17);
        one.unit.trace(one.port, IOVA, true);
        assertThat(one.memory.read64(at)).as("looking changes nothing").isEqualTo(page | 0x17);
        assertThat(one.port.read32(IOVA)).isEqualTo(new Reply.Done(0));
        assertThat(one.memory.read64(at)).isEqualTo(page | 0x57);
        assertThat(one.port.write32(IOVA, 3)).isEqualTo(new Reply.Done(3));
        assertThat(one.memory.read64(at)).isEqualTo(page | 0xd7);
        assertThat(one.unit.tlb()).hasSize(1);
    }

    // ---- what is kept

    // a command, and whether the page of IOVA and the one after it are still there
    @ParameterizedTest
    @CsvSource({
        "0x1,           0,            false, false", // everything
        "0x100005001,   0,            false, false", // the PSCID
        "0x100006001,   0,            true,  true", // another
        "0x100005401,   0x48d159c00,  false, true", // the page
        "0x401,         0x48d159c00,  false, true", // the page of all
        "0x300005001,   0,            true,  true", // of a guest
        "0x3,           0,            true,  true", // contexts only
    })
    void whatCommandsDrop(String w0, String w1, boolean first, boolean second) {
        var table = rig.attached(3);
        table.map(IOVA, page(1), 4096, 2, RW);
        rig.port.read32(IOVA);
        rig.port.read32(IOVA + 0x1000);
        table.unmap(IOVA, 4096, 2);
        rig.send(new RiscvCommand(Long.decode(w0), Long.decode(w1)));
        assertThat(rig.port.read32(IOVA) instanceof Reply.Done).isEqualTo(first);
        assertThat(rig.port.read32(IOVA + 0x1000) instanceof Reply.Done).isEqualTo(second);
    }

    @Test
    void aTableThatWasReplacedIsKnownUntilThePscidIsDropped() {
        var table = rig.attached(3);
        table.map(0, page(1), 4096, 1, RW);
        rig.port.read32(0);
        table.map(0, page(0) & -M2, M2, 1, RW);
        rig.send(RiscvCommand.forget(PSCID).at(0));
        assertThat(rig.port.read32(0)).as("the old, cleared table").isEqualTo(refused(RiscvCause.READ_PAGE));
        rig.send(RiscvCommand.forget(PSCID));
        assertThat(rig.port.read32(0)).isInstanceOf(Reply.Done.class);
    }

    @Test
    void translationsAreTaggedWithThePscid() {
        var table = rig.attached(3);
        table.map(IOVA, page(1), 4096, 1, RW);
        var other = rig.table(3);
        other.map(IOVA, page(2), 4096, 1, RW);
        rig.put(ID + 1, new RiscvDc(RiscvDc.V, 0, RiscvDc.ta(PSCID + 1), RiscvDc.fsc(3, other.base()), 0));
        rig.port.write32(IOVA, 1);
        rig.port(ID + 1).write32(IOVA, 2);
        assertThat(rig.memory.read32(page(1))).isEqualTo(1);
        assertThat(rig.memory.read32(page(2))).isEqualTo(2);
        assertThat(rig.unit.tlb()).hasSize(2);
    }

    // ---- trying out

    @Test
    void aTranslationOnRequest() {
        var table = rig.attached(3);
        table.map(IOVA, page(1), 4096, 1, Prot.READ);
        table.map(0, page(0) & -M2, M2, 1, RW);
        rig.unit.write64(RiscvLayout.TR_REQ_IOVA, IOVA);
        rig.unit.write64(RiscvLayout.TR_REQ_CTL, (long) ID << 40 | 9);
        assertThat(rig.unit.read64(RiscvLayout.TR_RESPONSE)).isEqualTo(RiscvLayout.ppn(page(1)));
        assertThat(rig.unit.read64(RiscvLayout.TR_REQ_CTL) & 1).isZero();
        rig.unit.write64(RiscvLayout.TR_REQ_CTL, (long) ID << 40 | 1);
        assertThat(rig.unit.read64(RiscvLayout.TR_RESPONSE)).isEqualTo(1);
        assertThat(rig.fault(0)).isEqualTo(RiscvFault.of(RiscvCause.WRITE_PAGE, ID, IOVA, true));
        rig.unit.write64(RiscvLayout.TR_REQ_IOVA, 0x12345);
        rig.unit.write64(RiscvLayout.TR_REQ_CTL, (long) ID << 40 | 1);
        assertThat(rig.unit.read64(RiscvLayout.TR_RESPONSE))
                .isEqualTo(RiscvLayout.ppn(page(0) & -M2) | 0xffL << 10 | 1 << 9);
    }

    // ---- registers

    @ParameterizedTest
    @EnumSource(RiscvQueue.class)
    void aQueueIsOnWhenItIsEnabled(RiscvQueue queue) {
        rig.unit.write32(queue.control(), 1);
        assertThat(rig.unit.read32(queue.control())).isEqualTo(0x1_0001);
        rig.unit.write32(queue.control(), 0);
        assertThat(rig.unit.read32(queue.control())).isZero();
    }

    @Test
    void halvesOfARegister() {
        assertThat(rig.unit.read32(4)).isEqualTo(0x38);
        assertThat(rig.unit.read32(0)).isEqualTo(0xa040_0e10);
        rig.unit.write32(RiscvQueue.FAULT.base() + 4, 3);
        rig.unit.write32(RiscvQueue.FAULT.base(), 0x405);
        assertThat(rig.unit.read64(RiscvQueue.FAULT.base())).isEqualTo(0x3_0000_0405L);
        rig.unit.write64(RiscvLayout.CAPABILITIES, 0);
        assertThat(rig.unit.read64(RiscvLayout.CAPABILITIES)).isEqualTo(RiscvCaps.QEMU.word());
        rig.unit.write64(RiscvLayout.ICVEC, 0xffff);
        assertThat(rig.unit.read64(RiscvLayout.ICVEC)).isEqualTo(0x3333);
    }

    // ---- the picture

    @Test
    void theWalkAsAPicture() {
        var table = rig.attached(3);
        table.map(IOVA, page(1), 4096, 1, RW);
        WalkTrace trace = rig.unit.trace(rig.port, IOVA + 4, true);
        assertThat(trace.levels())
                .extracting(WalkTrace.Level::name)
                .containsExactly(
                        "device directory, level 2",
                        "device directory, level 1",
                        "device context",
                        "level 2",
                        "level 1",
                        "level 0");
        assertThat(trace.levels()).extracting(WalkTrace.Level::index).containsExactly(0, 4, 8, 0x48, 0x1a2, 0x167);
        assertThat(trace.levels().get(2).sentence())
                .isEqualTo("Tables of Sv39 at 0x%x, PSCID 5.".formatted(table.base()));
        assertThat(trace.levels().get(2).decoded().stream()
                        .mapToInt(f -> f.high() - f.low() + 1)
                        .sum())
                .isEqualTo(64);
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(page(1) + 4, 4096, "rw"));
        assertThat(trace.fields().getLast().name()).isEqualTo("offset");
        assertThat(trace.tlb()).isEqualTo("miss");
        rig.port.read32(IOVA);
        assertThat(rig.unit.trace(rig.port, IOVA, false).tlb()).isEqualTo("hit");
        assertThat(rig.unit.trace(rig.port, IOVA, false).levels().get(2).sentence())
                .startsWith("Kept by the unit");
    }
}
