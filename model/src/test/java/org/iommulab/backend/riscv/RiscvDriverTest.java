package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.riscv.RiscvRuns.WITH_DRIVER;
import static org.iommulab.backend.riscv.RiscvRuns.calls;
import static org.iommulab.backend.riscv.RiscvRuns.events;
import static org.iommulab.backend.riscv.RiscvRuns.play;
import static org.iommulab.backend.riscv.RiscvRuns.playWith;
import static org.iommulab.backend.riscv.RiscvRuns.registers;
import static org.iommulab.backend.riscv.RiscvRuns.result;
import static org.iommulab.backend.riscv.RiscvRuns.writes;
import static org.iommulab.testkit.Stories.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.kernel.Callback;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On which kernels there is a driver, and what its flows do to contexts and send to the unit, in order. */
class RiscvDriverTest {
    private static final String SSD = "0000:00:02.0";
    private static final String FENCE = "IOFENCE 3002";

    @TempDir
    private Path folder;

    private static Device device(PlayedRun run, String name) {
        run.cursor().go(run.recording().length());
        return run.world().devices().get(name);
    }

    // ---- kernels

    @ParameterizedTest
    @ValueSource(
            strings = {"6.1", "6.2", "6.2+p1..p5", "6.3", "6.4", "6.7", "6.12", "6.2+riscv-iommu", "6.7+riscv-iommu"})
    void thereIsNoDriver(String kernel) {
        PlayedRun run = play("boot-and-dma", kernel);
        assertThat(run.world().backends().getFirst().sourceTable().entries()).isEmpty();
        assertThat(events(run, "Boot")).noneMatch(Event.RegisterWrite.class::isInstance);
        assertThat(Group.of(device(run, SSD))).isEmpty();
        assertThat(log(run)).noneMatch(line -> line.contains("riscv,iommu"));
    }

    @Test
    void theTableOfV613() {
        var entries = play("boot-and-dma", WITH_DRIVER)
                .world()
                .backends()
                .getFirst()
                .sourceTable()
                .entries();
        assertThat(entries)
                .containsOnlyKeys(
                        Callback.OF_XLATE,
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.DEVICE_GROUP,
                        Callback.IDENTITY_DOMAIN,
                        Callback.BLOCKED_DOMAIN,
                        Callback.RELEASE_DOMAIN,
                        Callback.DOMAIN_ALLOC_PAGING,
                        Callback.FREE,
                        Callback.ATTACH_DEV,
                        Callback.MAP_PAGES,
                        Callback.UNMAP_PAGES,
                        Callback.IOTLB_SYNC,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOVA_TO_PHYS,
                        Callback.PGSIZE_BITMAP);
        assertThat(entries.get(Callback.ATTACH_DEV).function().source()).isEqualTo("drivers/iommu/riscv/iommu.c");
    }

    @ParameterizedTest
    @CsvSource({"boot-and-dma, IDENTITY", "dma-layer, DMA"})
    void theDefaultDomain(String story, DomainType type) {
        Group group = Group.of(device(play(story, WITH_DRIVER), SSD)).orElseThrow();
        assertThat(group.defaultDomain().require().type()).isEqualTo(type);
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
    }

    // ---- boot

    @Test
    void initWritesItsRegistersInOrder() {
        assertThat(registers(play("boot-and-dma", WITH_DRIVER), "Boot").subList(0, 17))
                .containsExactly(
                        "FCTL<-2",
                        "ICVEC<-2310",
                        "DDTP<-0",
                        "CQB<-1f",
                        "CQB<-2000800c",
                        "FQB<-1f",
                        "FQB<-2001000b",
                        "CQCSR<-103",
                        "IPSR<-1",
                        "FQCSR<-103",
                        "IPSR<-2",
                        "DDTP<-20004004",
                        "CQT<-1",
                        "CQT<-2",
                        "CQT<-3",
                        "CQT<-4",
                        "CQT<-5");
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "2, 3", "1, 2"})
    void asManyLevelsAsTheUnitTakes(int levels, int mode) throws IOException {
        PlayedRun run = playWith(folder, "boot-and-dma", "\"directoryLevels\": " + levels);
        assertThat(registers(run, "Boot").stream().filter(w -> w.startsWith("DDTP")))
                .last()
                .asString()
                .endsWith(String.valueOf(mode));
    }

    @ParameterizedTest
    @CsvSource({"0x38a0400e10, true", "0x3880400e10, false", "0x3890400e10, true"})
    void aUnitWithoutLinesIsLeftAlone(String capabilities, boolean used) throws IOException {
        PlayedRun run = playWith(folder, "boot-and-dma", "\"capabilities\": \"" + capabilities + "\"");
        assertThat(Group.of(device(run, SSD)).isPresent()).isEqualTo(used);
        assertThat(log(run).stream().anyMatch(line -> line.contains("unable to use wire-signaled interrupts")))
                .isEqualTo(!used);
    }

    @ParameterizedTest
    @CsvSource({"0x38a0400e10, 10", "0x38a0400610, 9", "0x38a0400210, 8"})
    void theLargestTablesThatTheUnitWalks(String capabilities, int mode) throws IOException {
        PlayedRun run = playWith(folder, "fault", "\"capabilities\": \"" + capabilities + "\"");
        assertThat(writes(run, "Attach it"))
                .filteredOn(w -> w.startsWith("fsc"))
                .singleElement()
                .asString()
                .startsWith("fsc " + Integer.toHexString(mode));
    }

    // ---- flows

    @Test
    void attachToALiveContext() {
        PlayedRun run = play("fault", WITH_DRIVER);
        run.cursor().go(events(run, "Detach").getFirst().step() - 1);
        RiscvDomain domain = (RiscvDomain)
                RiscvDriver.notedDomain(run.world().devices().get(SSD)).orElseThrow();
        String fsc = Long.toHexString(RiscvDc.fsc(5, domain.tableBase()));
        assertThat(writes(run, "Attach it"))
                .containsExactly(
                        "tc 0",
                        "IODIR_INVAL_DDT 100200000003",
                        "IOFENCE 3002",
                        "fsc " + fsc,
                        "ta 1000",
                        "tc 1",
                        "IODIR_INVAL_DDT 100200000003",
                        "IOFENCE 3002");
        assertThat(calls(run, "Attach it"))
                .containsExactly(
                        "riscv_iommu_attach_paging_domain", "riscv_iommu_bond_link", "riscv_iommu_iodir_update");
    }

    @Test
    void detachIsAttachIdentity() {
        PlayedRun run = play("fault", WITH_DRIVER);
        assertThat(writes(run, "Detach"))
                .containsExactly(
                        "tc 0",
                        "IODIR_INVAL_DDT 100200000003",
                        "IOFENCE 3002",
                        "fsc 0",
                        "ta 0",
                        "tc 1",
                        "IODIR_INVAL_DDT 100200000003",
                        "IOFENCE 3002",
                        "IOTINVAL_VMA 100001001",
                        "IOFENCE 3002");
        assertThat(calls(run, "Detach"))
                .containsExactly(
                        "riscv_iommu_attach_identity_domain", "riscv_iommu_iodir_update", "riscv_iommu_bond_unlink");
    }

    @Test
    void unmapForgetsThePage() {
        PlayedRun run = play("fault", WITH_DRIVER);
        assertThat(writes(run, "Unmap the first page")).containsExactly("IOTINVAL_VMA 100001401", "IOFENCE 3002");
        assertThat(calls(run, "Unmap the first page"))
                .containsExactly("riscv_iommu_unmap_pages", "riscv_iommu_iotlb_sync", "riscv_iommu_iotlb_inval");
        assertThat(writes(run, "Map a page")).isEmpty();
    }

    @Test
    void anUnmapForgetsEachOfItsPages() throws IOException {
        PlayedRun run = RiscvRuns.playChanged(
                folder,
                "fault",
                text -> text.replace("\"size\": \"0x1000\"", "\"size\": \"0x3000\"")
                        .replace("0x1234568000", "0x123456a000"));
        assertThat(writes(run, "Unmap the first page"))
                .containsExactly(
                        "IOTINVAL_VMA 100001401", "IOTINVAL_VMA 100001401", "IOTINVAL_VMA 100001401", "IOFENCE 3002");
    }

    @Test
    void aTableThatIsReplacedIsForgottenBeforeItIsGivenBack() {
        PlayedRun run = play("small-directory", WITH_DRIVER);
        String title = "A large page takes its place";
        assertThat(writes(run, title)).containsExactly("IOTINVAL_VMA 100001001", FENCE);
        List<Event> events = events(run, title);
        long fence = events.stream()
                .filter(e -> e.term().name().equals("IOFENCE"))
                .findFirst()
                .orElseThrow()
                .step();
        assertThat(events.stream().filter(Event.Memory.class::isInstance))
                .singleElement()
                .satisfies(freed -> assertThat((long) freed.step()).isGreaterThan(fence));
    }

    @Test
    void blockingClearsOneBit() {
        assertThat(writes(play("owner-claim", WITH_DRIVER), "Claim it"))
                .containsExactly(
                        "tc 0",
                        "IODIR_INVAL_DDT 100200000003",
                        FENCE,
                        "fsc 0",
                        "ta 0",
                        "tc 0",
                        "IODIR_INVAL_DDT 100200000003",
                        FENCE);
    }

    @Test
    void aContextThatIsNotValidNeedsNoFirstRound() {
        assertThat(writes(play("owner-claim", WITH_DRIVER), "Attach it"))
                .hasSize(5)
                .endsWith(FENCE);
    }

    @Test
    void aFaultIsReadPrintedAndReleased() {
        PlayedRun run = play("owner-claim", WITH_DRIVER);
        assertThat(registers(run, "The SSD reads")).containsExactly("IPSR<-2", "FQH<-1", "FQH<-1");
        assertThat(log(run)).contains("riscv,iommu 3010000.iommu: Fault 258 devid: 0x10 iotval: 80400000 iotval2: 0");
    }

    @Test
    void releaseBlocksFirst() {
        assertThat(calls(play("removed", WITH_DRIVER), "Remove it"))
                .containsExactly(
                        "riscv_iommu_attach_blocking_domain", "riscv_iommu_iodir_update", "riscv_iommu_release_device");
    }

    @ParameterizedTest
    @CsvSource({"fault", "owner-claim", "removed", "vfio-refuses"})
    void everythingIsGivenBack(String story) {
        PlayedRun run = play(story, WITH_DRIVER);
        Group group = Group.of(device(run, SSD)).orElseThrow();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(run.world().kernel().log().warnings()).isZero();
        assertThat(RiscvDriver.notedDomain(device(run, SSD))).isEmpty();
    }

    @Test
    void vfioRefuses() {
        PlayedRun run = play("vfio-refuses", WITH_DRIVER);
        assertThat(result(run, "Bind the SSD to vfio-pci")).isEqualTo("-EINVAL");
    }
}
