package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.board.World;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable.Capability;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver has on each kernel, and what its flows do to the entries and send to the unit, in order. */
class AmdDriverTest {
    private static final String SSD = "0000:01:00.0";
    private static final String SSD_ENTRY = "INVALIDATE_DEVTAB_ENTRY 100";

    // kernel | detach_dev | probe_finalize | blocked_domain
    @ParameterizedTest
    @CsvSource({
        "6.1,true,true,false",
        "6.2,true,true,false",
        "6.2+p1,false,true,false",
        "6.2+p1..p2,false,true,false",
        "6.2+p1..p3,false,true,false",
        "6.2+p1..p5,false,true,false",
        "6.2+p3,true,true,false",
        "6.3,false,true,false",
        "6.4,false,true,false",
        "6.7,false,true,false",
        "6.12,false,false,true"
    })
    void theTableIsTheSheets(String kernel, boolean detaches, boolean finalizes, boolean blocks) {
        var entries = AmdRuns.play("boot-and-dma", kernel)
                .world()
                .backends()
                .getFirst()
                .sourceTable()
                .entries();
        assertThat(entries.containsKey(Callback.DETACH_DEV)).isEqualTo(detaches);
        assertThat(entries.containsKey(Callback.PROBE_FINALIZE)).isEqualTo(finalizes);
        assertThat(entries.containsKey(Callback.BLOCKED_DOMAIN)).isEqualTo(blocks);
        assertThat(entries.containsKey(Callback.PGSIZE_BITMAP)).isEqualTo(!blocks);
        assertThat(entries)
                .containsKeys(
                        Callback.CAPABLE,
                        Callback.DOMAIN_ALLOC,
                        Callback.PROBE_DEVICE,
                        Callback.RELEASE_DEVICE,
                        Callback.DEVICE_GROUP,
                        Callback.GET_RESV_REGIONS,
                        Callback.IS_ATTACH_DEFERRED,
                        Callback.DEF_DOMAIN_TYPE,
                        Callback.ATTACH_DEV,
                        Callback.MAP_PAGES,
                        Callback.UNMAP_PAGES,
                        Callback.IOTLB_SYNC_MAP,
                        Callback.IOTLB_SYNC,
                        Callback.FLUSH_IOTLB_ALL,
                        Callback.IOVA_TO_PHYS,
                        Callback.FREE)
                .doesNotContainKeys(
                        Callback.SET_PLATFORM_DMA_OPS,
                        Callback.OF_XLATE,
                        Callback.MAP,
                        Callback.UNMAP,
                        Callback.IDENTITY_DOMAIN,
                        Callback.RELEASE_DOMAIN,
                        Callback.DOMAIN_ALLOC_PAGING);
    }

    @ParameterizedTest
    @CsvSource({"6.2,false", "6.4,false", "6.7,true", "6.12,true"})
    void deferringIsACapabilityFromThenOn(String kernel, boolean defers) {
        var world = AmdRuns.play("boot-and-dma", kernel).world();
        var ops = world.backends().getFirst().ops();
        var ssd = world.devices().get(SSD);
        assertThat(ops.capable(ssd, Capability.CACHE_COHERENCY)).isTrue();
        assertThat(ops.capable(ssd, Capability.DEFERRED_FLUSH)).isEqualTo(defers);
    }

    // ---- attach and detach

    /** From one domain to another: entry blocked, its copy dropped, the old domain dropped; then the new entry. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1..p5", "6.3", "6.4", "6.7"})
    void anAttachBlocksFirst(String kernel) {
        PlayedRun run = AmdRuns.play("one-more-level", kernel);
        assertThat(AmdRuns.writes(run, 3))
                .containsExactly(
                        "DTE d1 0",
                        "DTE d0 3",
                        SSD_ENTRY,
                        "INVALIDATE_IOMMU_PAGES 5 all",
                        "COMPLETION_WAIT",
                        "DTE d1 8",
                        "DTE d0 " + Long.toHexString(0x6000_0000_0000_0603L | rootAfter(run, 3)),
                        SSD_ENTRY,
                        "INVALIDATE_IOMMU_PAGES 8 all",
                        "COMPLETION_WAIT");
    }

    @Test
    void theAttachOfLaterKernelsWaitsForEachEntryAndDropsNothingOfTheNewDomain() {
        PlayedRun run = AmdRuns.play("one-more-level", "6.12");
        assertThat(AmdRuns.writes(run, 3))
                .containsExactly(
                        "DTE d1 0",
                        "DTE d0 3",
                        SSD_ENTRY,
                        "COMPLETION_WAIT",
                        "INVALIDATE_IOMMU_PAGES 5 all",
                        "COMPLETION_WAIT",
                        "DTE d1 8",
                        "DTE d0 " + Long.toHexString(0x6000_0000_0000_0603L | rootAfter(run, 3)),
                        SSD_ENTRY,
                        "COMPLETION_WAIT");
    }

    private static long rootAfter(PlayedRun run, int action) {
        run.cursor().go(AmdRuns.lastStep(run, action));
        return Group.of(run.world().devices().get(SSD))
                .flatMap(group -> group.domain().get())
                .orElseThrow()
                .tableBase();
    }

    /** A device that joins a group is attached by the group step and by the probe; one of them is skipped from 6.3 on. */
    @ParameterizedTest
    @CsvSource({"6.1,2,2", "6.2,2,2", "6.2+p1..p5,2,2", "6.3,2,1", "6.4,2,1", "6.7,1,1", "6.12,1,1"})
    void theSameDomainAgainIsAttachedAgainUpTo62(String kernel, int asked, int attached) {
        PlayedRun run = AmdRuns.play("unplugged", kernel);
        assertThat(AmdRuns.calls(run, 7).stream().filter("amd_iommu_attach_device"::equals))
                .hasSize(asked);
        assertThat(AmdRuns.calls(run, 7).stream().filter("attach_device"::equals))
                .hasSize(attached);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.4", "6.7", "6.12"})
    void releaseBlocksTheEntry(String kernel) {
        PlayedRun run = AmdRuns.play("unplugged", kernel);
        assertThat(AmdRuns.writes(run, 1)).startsWith("DTE d1 0", "DTE d0 3", SSD_ENTRY);
        assertThat(AmdRuns.calls(run, 1)).containsSubsequence("amd_iommu_release_device", "detach_device");
    }

    // ---- the owner's way

    @ParameterizedTest
    @CsvSource({"6.1,1", "6.2,1", "6.2+p1..p5,1", "6.3,1", "6.4,2", "6.7,2"})
    void beforeTheStaticDomainAnEmptyTableBlocks(String kernel, int allocations) {
        PlayedRun run = AmdRuns.play("owner-claim", kernel);
        assertThat(AmdRuns.calls(run, 2).stream().filter("amd_iommu_domain_alloc"::equals))
                .as("up to 6.3 the driver makes what it was not asked for")
                .hasSize(allocations);
        assertThat(AmdRuns.calls(run, 2))
                .containsSubsequence("amd_iommu_attach_device", "detach_device", "attach_device");
        assertThat(AmdRuns.writes(run, 2)).contains("DTE d1 8");
    }

    @Test
    void theStaticDomainClearsTheEntryASecondTime() {
        PlayedRun run = AmdRuns.play("owner-claim", "6.12");
        assertThat(AmdRuns.calls(run, 2))
                .doesNotContain("amd_iommu_domain_alloc", "attach_device")
                .containsSubsequence("blocked_domain_attach_device", "detach_device");
        assertThat(AmdRuns.writes(run, 2))
                .containsExactly(
                        "DTE d1 0",
                        "DTE d0 3",
                        SSD_ENTRY,
                        "COMPLETION_WAIT",
                        "INVALIDATE_IOMMU_PAGES 5 all",
                        "COMPLETION_WAIT",
                        "DTE d1 0",
                        "DTE d0 3",
                        SSD_ENTRY,
                        "COMPLETION_WAIT");
    }

    /** Handing back to the default domain: no warning, core, driver and unit agree, whatever the series took away. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "6.1",
                "6.2",
                "6.2+p1",
                "6.2+p1..p2",
                "6.2+p1..p3",
                "6.2+p1..p4",
                "6.2+p1..p5",
                "6.3",
                "6.4",
                "6.7",
                "6.12"
            })
    void handingBackIsTheSameAtEveryLevel(String kernel) {
        PlayedRun run = AmdRuns.play("one-more-level", kernel);
        run.cursor().go(AmdRuns.lastStep(run, 11));
        var world = run.world();
        var ssd = world.devices().get(SSD);
        var group = Group.of(ssd).orElseThrow();
        var port = world.topology().portsOf(SSD).getFirst();
        assertThat(world.kernel().log().warnings()).isZero();
        assertThat(group.domain().same(group.defaultDomain())).isTrue();
        assertThat(world.notedDomain(ssd)).isEqualTo(group.domain().get());
        assertThat(world.pointedAtBy(port.unit().orElseThrow(), port))
                .isEqualTo(group.domain().get());
        assertThat(AmdRuns.calls(run, 11)).doesNotContain("amd_iommu_detach_device");
    }

    // ---- aliases

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void theAliasHasTheBridgesEntry(String kernel) {
        PlayedRun run = AmdRuns.play("who-shares", kernel);
        run.cursor().go(AmdRuns.lastStep(run, 0));
        assertThat(AmdRuns.entry(run, 0x600))
                .isEqualTo(AmdRuns.entry(run, 0x500))
                .isEqualTo(AmdRuns.entry(run, 0x608));
        assertThat(AmdRuns.entry(run, 0x600).mode()).isEqualTo(3);
        assertThat(AmdRuns.writes(run, 0)).contains("INVALIDATE_DEVTAB_ENTRY 608", "INVALIDATE_DEVTAB_ENTRY 600");
        assertThat(AmdRuns.entry(run, 0x6ff)).as("nobody's").isEqualTo(AmdDte.blocked());
        assertThat(AmdRuns.entry(run, 0x600).domain()).isEqualTo(7);
    }

    /** The copy is made of the bridge's entry, which has moved already: it is never blocked on its way. */
    @ParameterizedTest
    @CsvSource({"6.2,false", "6.4,false", "6.7,false", "6.12,true"})
    void theAliasSkipsTheBlockedState(String kernel, boolean blocked) {
        PlayedRun run = AmdRuns.play("who-shares", kernel);
        List<Long> copies = AmdRuns.copies(run, 13);
        assertThat(copies).hasSizeGreaterThanOrEqualTo(2);
        assertThat(copies.stream().distinct()).as("it is the new entry at once").hasSize(1);
        assertThat(copies.getFirst() == 3).isEqualTo(blocked);
    }

    // ---- tables

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.4", "6.7", "6.12"})
    void growingWritesTheEntryAgain(String kernel) {
        PlayedRun run = AmdRuns.play("one-more-level", kernel);
        long root = rootAfter(run, 6);
        assertThat(AmdRuns.writes(run, 6))
                .containsExactly(
                        "DTE d1 8",
                        "DTE d0 " + Long.toHexString(0x6000_0000_0000_0801L | root | 2),
                        "INVALIDATE_IOMMU_PAGES 8 all",
                        "COMPLETION_WAIT",
                        SSD_ENTRY,
                        "COMPLETION_WAIT");
        run.cursor().go(AmdRuns.lastStep(run, 6));
        assertThat(AmdRuns.entry(run, 0x100).mode()).isEqualTo(4);
    }

    @Test
    void anUnmapSaysMoreThanItMeans() {
        PlayedRun run = AmdRuns.play("one-entry-many-sizes", "6.2");
        // 64 KiB from 0x11000 on: the lowest ones reach bit 16, which makes it 256 KiB
        assertThat(AmdRuns.writes(run, 11)).containsExactly("INVALIDATE_IOMMU_PAGES 8 1f003", "COMPLETION_WAIT");
    }

    @Test
    void copiesOfAnEntryAreAllWritten() {
        PlayedRun run = AmdRuns.play("one-entry-many-sizes", "6.2");
        assertThat(AmdRuns.entriesWritten(run, 4).stream().filter("7000000004017e01"::equals))
                .hasSize(16);
        assertThat(AmdRuns.entriesWritten(run, 7).stream().filter("70000000045ffe01"::equals))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"6.2,false", "6.7,false", "6.12,true"})
    void guestTablesHaveTheirTagWithTheDomainOrWithTheDevice(String kernel, boolean own) {
        PlayedRun run = AmdRuns.play("guest-tables", kernel);
        run.cursor().go(AmdRuns.lastStep(run, 2));
        AmdDte dte = AmdRuns.entry(run, 0x100);
        assertThat(dte.guestTranslation()).isTrue();
        assertThat(dte.mode()).isZero();
        var domain = (AmdDomain) Group.of(run.world().devices().get(SSD))
                .flatMap(group -> group.domain().get())
                .orElseThrow();
        assertThat(dte.domain() == domain.domainId()).isEqualTo(!own);
        assertThat(domain.gcr3Table().isSet()).isEqualTo(!own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.12"})
    void freeingADomainTakesItsDevicesOff(String kernel) {
        World world = AmdRuns.end("boot-and-dma", kernel);
        var ssd = world.devices().get(SSD);
        var domain = world.core().domains().allocFor(ssd, DomainType.UNMANAGED).orElseThrow();
        assertThat(world.core().attaching().attachDevice(domain, ssd)).isZero();
        assertThat(world.notedDomain(ssd)).contains(domain);
        assertThat(world.clientsOf(domain)).containsExactly(world.devices().get("0000:00:00.2"));
        world.core().domains().free(domain);
        assertThat(world.notedDomain(ssd)).isEmpty();
        assertThat(AmdRuns.entry(world, 0x100)).isEqualTo(AmdDte.blocked());
        var port = world.topology().portsOf(SSD).getFirst();
        assertThat(port.unit().orElseThrow().refuses(port)).isTrue();
    }

    @Test
    void theCommandLineCanKeepTheUnitOff() {
        var build = KernelSpec.parse("6.2").withCommandLine("amd_iommu=off");
        PlayedRun run = AmdRuns.play("boot-and-dma", build);
        assertThat(run.world().core().probing().groupList()).isEmpty();
        assertThat(run.world().units().values().iterator().next().translating()).isFalse();
    }
}
