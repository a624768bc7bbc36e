package org.iommulab.backend.rockchip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The register accesses of the flows, power, and faults. */
class RockchipRegistersTest {
    private static final long IOVA = 0xfff8_5000L;
    private static final long PAGE = 0x100_0000;

    // ---- registers

    @Test
    void enableAndDisableAsTheSheetHasThem() {
        Booted board = Booted.firefly("6.2");
        int before = board.step();
        board.resume(Booted.VOP);
        long directory = board.group(Booted.VOP).domain().require().tableBase();
        assertThat(board.accesses(before))
                .isEqualTo("4? 4? 0<-cafeb000 0? 8<-6 0? 0<-" + Long.toHexString(directory)
                        + " 8<-4 1c<-3 24? 24<-80000000 4? 8<-0 4? 4?");
        before = board.step();
        glue(board).detach(board.device(Booted.VOP));
        assertThat(board.accesses(before)).isEqualTo("4? 4? 8<-2 4? 4? 8<-1 4? 1c<-0 0<-0 4? 8<-3 4?");
    }

    @ParameterizedTest
    @CsvSource({"6.1, 0", "6.2, 0", "6.3, 0", "6.4, 0", "6.7, 1", "6.12, 1"})
    void theDirectoryIsWrittenAsAnEntryFromV66On(String kernel, long bit) {
        Booted board = Booted.rockpro64(kernel);
        int before = board.step();
        board.resume(Booted.DECODER);
        long directory = board.group(Booted.DECODER).domain().require().tableBase();
        assertThat(board.writes(before))
                .contains(" 0<-" + Long.toHexString(directory | bit) + " ")
                .contains(" 40<-" + Long.toHexString(directory | bit) + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "V1, 0x2E5C1000, 0x2E5C1000, 0x2E5C1001",
        "V2, 0x12E5C1000, 0x2E5C1010, 0x2E5C1101",
    })
    void theWorkedExampleOfTheDirectoryRegister(RockchipFormat format, long directory, long plain, long asEntry) {
        assertThat(format.directoryWord(directory, false)).isEqualTo(plain);
        assertThat(format.directoryWord(directory, true)).isEqualTo(asEntry);
        assertThat(format.directoryAddress(plain, false)).isEqualTo(directory);
        assertThat(format.directoryAddress(asEntry, true)).isEqualTo(directory);
    }

    @Test
    void withoutResetTheDummyIsNotWritten() {
        Booted board = Booted.rockpro64("6.12");
        int before = board.step();
        board.resume("ff910000.isp0");
        String directory =
                Long.toHexString(board.group("ff910000.isp0").domain().require().tableBase() | 1);
        assertThat(board.writes(before))
                .isEqualTo("0<-" + directory + " 8<-4 1c<-3 24<-80000000 1000<-" + directory
                        + " 1008<-4 101c<-3 1024<-80000000 8<-0 1008<-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void aMapEvictsItsEndsAnUnmapEveryPageInAllBanksOfAllAwake(String kernel) {
        Booted board = Booted.rockpro64(kernel);
        IommuDomain domain = board.newDomain();
        board.resume(Booted.DECODER);
        assertThat(board.attach(Booted.DECODER, domain)).isZero();
        assertThat(board.attach("ff8f0000.vop", domain)).isZero();
        int before = board.step();
        assertThat(board.map(domain, 0x40_0000, PAGE, 0x4000)).isZero();
        assertThat(board.writes(before)).isEqualTo("10<-400000 50<-400000 10<-403000 50<-403000");

        board.resume("ff8f0000.vop");
        before = board.step();
        assertThat(board.world.core().mapping().unmap(domain, 0x40_0000, 0x2000))
                .isEqualTo(0x2000);
        assertThat(board.writes(before)).isEqualTo("10<-400000 10<-401000 50<-400000 50<-401000 10<-400000 10<-401000");
        before = board.step();
        assertThat(board.world.core().mapping().unmap(domain, 0x40_0000, 0x2000))
                .isZero();
        assertThat(board.world.core().mapping().unmap(domain, 0x80_0000, 0x2000))
                .isZero();
        assertThat(board.writes(before)).isEmpty();
    }

    @Test
    void theTableLockIsHeldWhileAMapEvictsAndNotWhileAnUnmapDoes() {
        Booted board = Booted.rockpro64("6.2");
        IommuDomain domain = board.newDomain();
        board.map(domain, 0x40_0000, PAGE, 0x1000);
        board.world.core().mapping().unmap(domain, 0x40_0000, 0x1000);
        var order = new ArrayList<String>();
        for (Event event : board.since(0)) {
            if (event instanceof Event.Changed changed
                    && changed.object() == domain.id()
                    && changed.term().name().equals("domain.dt_lock")) {
                order.add(changed.to() == 1 ? "lock" : "unlock");
            } else if (event instanceof Event.Enter enter && enter.term().name().equals("rk_iommu_zap_iova")) {
                order.add("zap");
            }
        }
        assertThat(order).containsExactly("lock", "zap", "unlock", "lock", "unlock", "zap");
    }

    // ---- power

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.12"})
    void anAttachToASleepingIommuIsANote(String kernel) {
        Booted board = Booted.rockpro64(kernel);
        IommuDomain domain = board.newDomain();
        int before = board.step();
        assertThat(board.attach(Booted.DECODER, domain)).isZero();
        assertThat(board.accesses(before)).isEmpty();
        assertThat(board.world.clientsOf(domain)).containsExactly(board.device("ff660480.iommu"));
        assertThat(board.unit("ff660480.iommu").tableBase()).isZero();
        board.resume(Booted.DECODER);
        assertThat(board.unit("ff660480.iommu").tableBase()).isEqualTo(domain.tableBase());
        board.device(Booted.DECODER).power().put(board.kernel);
        board.kernel.work().drain();
        assertThat(board.unit("ff660480.iommu").powered()).isFalse();
    }

    @Test
    void aBankThatDoesNotAnswerFailsTheAttach() {
        Booted board = Booted.firefly("6.4");
        board.resume(Booted.VOP);
        glue(board).detach(board.device(Booted.VOP));
        // its power fails, and nobody tells the driver
        ((RockchipUnit) board.unit(Booted.VOP_IOMMU)).powerOff();
        int before = board.step();
        IommuDomain domain = board.newDomain();

        assertThat(board.attach(Booted.VOP, domain)).isEqualTo(Errno.EFAULT.negative());

        assertThat(board.log(before))
                .containsExactly("rk_iommu ff930300.iommu: Error during raw reset. MMU_DTE_ADDR is not functioning");
        assertThat(board.world.clientsOf(domain)).isEmpty();
        assertThat(board.iommu(Booted.VOP).isAttached()).isFalse();
    }

    @Test
    void aBankThatCannotStallIsToldForEachBank() {
        Booted board = Booted.rockpro64("6.2");
        board.resume(Booted.DECODER);
        RockchipIommu iommu = board.iommu(Booted.DECODER);
        var port = board.world.topology().portsOf(Booted.DECODER).get(1);
        iommu.wired().registers().write32(0x40 + RockchipLayout.INT_MASK, 0);
        assertThat(port.read32(IOVA)).isEqualTo(new Reply.Held());
        int before = board.step();

        assertThat(board.attach(Booted.DECODER, board.newDomain())).isEqualTo(0);

        // the disable ignores it, and the bank's reset ends it
        assertThat(board.log(before))
                .containsExactly(
                        "rk_iommu ff660480.iommu: Enable stall request timed out, status: 0x00001d",
                        "rk_iommu ff660480.iommu: Enable stall request timed out, status: 0x80000003");
    }

    @Test
    void withoutRuntimePmEachPlaceWarnsOnce() {
        Booted board = Booted.rockpro64("6.2");
        IommuDomain domain = board.newDomain();
        board.iommu(Booted.DECODER).device().power().disable();
        int before = board.warnings().size();
        board.attach(Booted.DECODER, domain);
        board.map(domain, 0x40_0000, PAGE, 0x2000);
        board.map(domain, 0x80_0000, PAGE, 0x1000);
        new RockchipFaults(board.world.site()).handle(board.iommu(Booted.DECODER));
        assertThat(board.warnings().subList(before, board.warnings().size()))
                .containsExactly(
                        "rk_iommu_detach_device", "rk_iommu_attach_device", "rk_iommu_zap_iova", "rk_iommu_irq");
    }

    // ---- faults

    @Test
    void anInterruptOfTheMasterIsNotOurs() {
        Booted board = Booted.firefly("6.2");
        var faults = new RockchipFaults(board.world.site());
        int before = board.step();
        assertThat(faults.handle(board.iommu(Booted.VOP))).isZero();
        assertThat(board.accesses(before)).isEmpty();
        board.resume(Booted.VOP);
        before = board.step();
        assertThat(faults.handle(board.iommu(Booted.VOP))).isZero();
        assertThat(board.accesses(before)).isEqualTo("20?");
    }

    @Test
    void aFaultIsToldReportedAndOver() {
        Booted board = Booted.firefly("6.2");
        board.resume(Booted.VOP);
        IommuDomain domain = board.group(Booted.VOP).domain().require();
        board.map(domain, IOVA, PAGE, 0x1000);
        board.world.core().mapping().unmap(domain, IOVA, 0x1000);
        int before = board.step();
        var port = board.world.topology().portsOf(Booted.VOP).getFirst();

        assertThat(port.read32(IOVA + 0x120)).isEqualTo(new Reply.Refused("page fault"));

        long directory = domain.tableBase();
        int dte = board.world.site().memory().read32(directory + 0xffc);
        assertThat(board.log(before))
                .containsExactly(
                        "rk_iommu ff930300.iommu: Page fault at 0xfff85120 of type read",
                        "rk_iommu ff930300.iommu: iova = 0xfff85120: dte_index: 0x3ff pte_index: 0x385 page_offset:"
                                + " 0x120",
                        String.format(
                                "rk_iommu ff930300.iommu: mmu_dte_addr: 0x%08x dte@0x%08x: 0x%06x valid: 1"
                                        + " pte@0x%08x: 0x1000006 valid: 0 page@0x00000000 flags: 0x0",
                                directory, directory + 0xffc, dte, (dte & -0x1000) + 0xe14));
        assertThat(board.accesses(before)).isEqualTo("20? c? 4? 0? 8<-4 8<-5 18<-1");
        assertThat(board.since(before).stream().filter(Event.Tracepoint.class::isInstance))
                .hasSize(1)
                .allMatch(event ->
                        event.object() == board.device(Booted.VOP_IOMMU).id());
    }

    @Test
    void aTableWithoutMemoryIsABusError() {
        Booted board = Booted.firefly("6.4");
        board.resume(Booted.VOP);
        long directory = board.group(Booted.VOP).domain().require().tableBase();
        board.world.site().memory().write32(directory, 0xf000_0001);
        int before = board.step();
        board.world.topology().portsOf(Booted.VOP).getFirst().write32(0x1000, 1);
        assertThat(board.log(before)).containsExactly("rk_iommu ff930300.iommu: BUS_ERROR occurred at 0x00001000");
        assertThat(board.writes(before)).isEqualTo("18<-2");
    }

    private static ArmDmaGlue glue(Booted board) {
        return board.world.arm().orElseThrow();
    }
}
