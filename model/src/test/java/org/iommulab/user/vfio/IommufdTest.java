package org.iommulab.user.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.Errno;
import org.iommulab.user.iommufd.IoRange;
import org.iommulab.user.iommufd.IoasCalls;
import org.iommulab.user.iommufd.IommufdCtx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What iommufd answers where a story would be too long for it: on a desktop with an AMD IOMMU, under 6.12. */
class IommufdTest {
    private static final String SSD = "0000:01:00.0";
    private static final int RW = 3;

    private final VfioRig rig = VfioRig.amd("6.12");
    private final IommufdCtx ctx = rig.vfio().iommufd().open().file().orElseThrow();

    private VfioCdevFile bound() {
        rig.toVfio(SSD);
        var file = (VfioCdevFile) rig.vfio().open(Vfio.DEVICE + 0).file().orElseThrow();
        assertThat(file.bind(ctx)).isZero();
        return file;
    }

    private long map(int ioas, long iova, long length) {
        return ctx.ioas()
                .map(ioas, Optional.of(iova), length, rig.vfio().pool().address(0), RW)
                .error();
    }

    @Test
    void earlierKernelsHaveNoFile() {
        assertThat(VfioRig.amd("6.7").vfio().iommufd().open().error()).isEqualTo(Errno.ENOENT.negative());
    }

    @Test
    void numbersAreTheSmallestThatAreFree() {
        assertThat(List.of(ctx.ioas().alloc(), ctx.ioas().alloc(), ctx.ioas().alloc()))
                .containsExactly(1L, 2L, 3L);
        assertThat(ctx.destroy(2)).isZero();
        assertThat(ctx.ioas().alloc()).isEqualTo(2);
    }

    /** Without a domain there is no page size, and nothing is pinned. */
    @ParameterizedTest
    @CsvSource({
        "100000, 1000, 3, 0",
        "101, 7, 3, 0",
        "100000, 0, 3, -EINVAL",
        "100000, 1000, 0, -EINVAL",
        "ffffffffffffffff, 1000, 3, -EOVERFLOW",
        "fffffffffffff000, 2000, 3, -EOVERFLOW",
        "100000, fffffffffffff000, 3, -EINVAL",
        "100000, fffffffffffe0000, 3, -EOVERFLOW"
    })
    void mapsBeforeAnythingIsAttached(String iova, String length, int prot, String answer) {
        int ioas = (int) ctx.ioas().alloc();
        long at = Long.parseUnsignedLong(iova, 16);
        long error = ctx.ioas()
                .map(
                        ioas,
                        Optional.of(at),
                        Long.parseUnsignedLong(length, 16),
                        rig.vfio().pool().address(0),
                        prot)
                .error();
        assertThat(Errno.describe(error)).isEqualTo(answer);
    }

    @Test
    void anUnmapThatCutsAnAreaStopsThereWithAnError() {
        int ioas = (int) ctx.ioas().alloc();
        map(ioas, 0x100000, 0x1000);
        map(ioas, 0x101000, 0x2000);
        IoasCalls.Unmapped answer = ctx.ioas().unmap(ioas, 0x100000, 0x2000);
        assertThat(answer).isEqualTo(new IoasCalls.Unmapped(Errno.ENOENT.negative(), 0x2000));
        assertThat(map(ioas, 0x100000, 0x1000)).as("the first is gone").isZero();
        assertThat(map(ioas, 0x102000, 0x1000)).as("the second is not").isEqualTo(Errno.EEXIST.negative());
    }

    @Test
    void anAddressIsTheLowestThatFitsAndAlignedAsTheMemory() {
        int ioas = (int) ctx.ioas().alloc();
        map(ioas, 0x1000, 0x1000);
        IoasCalls.Mapped small =
                ctx.ioas().map(ioas, Optional.empty(), 0x1000, rig.vfio().pool().address(0x3000), RW);
        IoasCalls.Mapped large = ctx.ioas()
                .map(ioas, Optional.empty(), 0x20_0000, rig.vfio().pool().address(0x20_0000), RW);
        assertThat(List.of(small, large))
                .containsExactly(new IoasCalls.Mapped(0, 0x2000), new IoasCalls.Mapped(0, 0x20_0000));
    }

    /** Allowed are 0 to 0x2fff in two ranges side by side: the first page is never given out, and the rest is one range. */
    @Test
    void anAddressIsChosenAmongTheAllowedOnes() {
        int ioas = (int) ctx.ioas().alloc();
        ctx.ioas().allow(ioas, List.of(new IoRange(0x1800, 0x2fff), new IoRange(0, 0x17ff)));
        long address = rig.vfio().pool().address(0x3000);
        assertThat(ctx.ioas().map(ioas, Optional.empty(), 0x1000, address, RW))
                .isEqualTo(new IoasCalls.Mapped(0, 0x1000));
        assertThat(ctx.ioas().map(ioas, Optional.empty(), 0x1000, address, RW))
                .isEqualTo(new IoasCalls.Mapped(0, 0x2000));
        assertThat(ctx.ioas().map(ioas, Optional.empty(), 0x1000, address, RW).error())
                .isEqualTo(Errno.ENOSPC.negative());
    }

    @ParameterizedTest
    @CsvSource({
        "100000, 1000, 300000, 0",
        "100000, 2000, 300000, -ENOENT",
        "100000, 0, 300000, -EINVAL",
        "100000, ffffffffffffff00, 300000, -EOVERFLOW",
        "100000, 1000, ffffffffffffffff, -EOVERFLOW"
    })
    void copiesWhatIsMappedWithoutAGap(String iova, String length, String at, String answer) {
        int from = (int) ctx.ioas().alloc();
        int to = (int) ctx.ioas().alloc();
        map(from, 0x100000, 0x1000);
        var source = new IoasCalls.Source(from, Long.parseUnsignedLong(iova, 16), Long.parseUnsignedLong(length, 16));
        Optional<Long> wanted = Optional.of(Long.parseUnsignedLong(at, 16));
        assertThat(Errno.describe(ctx.ioas().copy(source, to, wanted, RW).error()))
                .isEqualTo(answer);
    }

    @Test
    void whatIsAllowedCannotBeReservedAndTheOtherWayRound() {
        VfioCdevFile file = bound();
        int ioas = (int) ctx.ioas().alloc();
        var interrupts = new IoRange(0xfee0_0000L, 0xfeef_ffffL);
        assertThat(ctx.ioas().allow(ioas, List.of(interrupts))).isZero();
        assertThat(file.attach(ioas)).isEqualTo(Errno.EADDRINUSE.negative());
        ctx.ioas().allow(ioas, List.of());
        assertThat(file.attach(ioas)).isZero();
        assertThat(ctx.ioas().allow(ioas, List.of(interrupts))).isEqualTo(Errno.EADDRINUSE.negative());
    }

    /** A group goes one way or the other, whoever comes first; a bind that is refused leaves no trace. */
    @Test
    void theGroupsFileAndADevicesOwnExcludeEachOther() {
        VfioCdevFile file = bound();
        String path = "/dev/vfio/" + rig.group(SSD).number();
        assertThat(rig.vfio().open(path).error()).isEqualTo(Errno.EBUSY.negative());
        assertThat(file.bind(ctx)).isEqualTo(Errno.EINVAL.negative());
        file.close();
        VfioFile group = rig.vfio().open(path).file().orElseThrow();
        var late = (VfioCdevFile) rig.vfio().open(Vfio.DEVICE + 0).file().orElseThrow();
        assertThat(late.bind(ctx)).isEqualTo(Errno.EBUSY.negative());
        group.close();
        assertThat(late.bind(ctx)).isZero();
    }

    /** One attach for each move, and none of the blocking domain in between. */
    @Test
    void aReplacementGoesStraightFromDomainToDomain() {
        VfioCdevFile file = bound();
        int first = (int) ctx.ioas().alloc();
        int second = (int) ctx.ioas().alloc();
        file.attach(first);
        rig.traces();
        assertThat(file.attach(second)).isZero();
        assertThat(rig.traces()).containsExactly("attach " + SSD);
        assertThat(rig.group(SSD).domain().require())
                .isNotSameAs(rig.group(SSD).blockingDomain().require());
        assertThat(ctx.destroy(first)).as("its automatic HWPT is gone").isZero();
    }

    @Test
    void theDomainIsAttachedBeforeItIsFilled() {
        VfioCdevFile file = bound();
        int ioas = (int) ctx.ioas().alloc();
        map(ioas, 0x100000, 0x1000);
        rig.calls();
        file.attach(ioas);
        assertThat(rig.calls())
                .containsSubsequence(
                        "iommufd_device_attach",
                        "iommufd_hwpt_paging_alloc",
                        "amd_iommu_domain_alloc_user",
                        "iopt_table_enforce_dev_resv_regions",
                        "iommu_attach_group_handle",
                        "iopt_table_add_domain",
                        "pfn_reader_user_pin",
                        "iommu_map");
    }

    @Test
    void whatIsLeftGoesWithTheLastHolder() {
        VfioCdevFile file = bound();
        int ioas = (int) ctx.ioas().alloc();
        file.attach(ioas);
        map(ioas, 0x100000, 0x1000);
        ctx.close();
        assertThat(ctx.all()).hasSize(3);
        file.close();
        assertThat(ctx.all()).isEmpty();
        assertThat(rig.group(SSD).owner().isNull()).isTrue();
        assertThat(rig.group(SSD).pasids().isEmpty()).isTrue();
        assertThat(rig.group(SSD).domain().same(rig.group(SSD).defaultDomain())).isTrue();
    }
}
