package org.iommulab.user.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program's calls, right ones and wrong ones, and their answers: as real kernels gave them. */
class VfioCallsTest {
    private static final String SSD = "0000:01:00.0";
    private static final String SPACE =
            "iova=[0x0-0xfedfffff] iova=[0xfef00000-0xfcffffffff]" + " iova=[0x10000000000-0xffffffffffffffff]";

    /** The whole run of the experiment on one device: files in the wrong order, all that can be mapped and what cannot. */
    private static final String FULL_RUN = """
        open c0 /dev/vfio/vfio          | 0
        c.ext c0                        | 0 TYPE1=1 TYPE1v2=1 DMA_CC=0 TYPE1_NESTING=1 UNMAP_ALL=1 NOIOMMU=0
        c.setiommu c0 3                 | -EINVAL
        c.info c0                       | -EINVAL
        c.map c0 0x100000 4K 0          | -EINVAL
        open g0 SSD                     | 0
        g.status g0                     | 0 flags=0x1
        open g0b SSD                    | -EBUSY
        open gx /dev/vfio/99            | -ENOENT
        open gx /dev/vfio/0             | -ENOENT
        g.unsetc g0                     | -EINVAL
        d.get d0 g0 SSD                 | -EINVAL
        d.get d0 g0 0000:03:00.0        | -ENODEV
        g.setc g0 c0                    | 0
        g.status g0                     | 0 flags=0x3
        g.setc g0 c0                    | -EINVAL
        d.get d0 g0 SSD                 | -EINVAL
        c.ext c0                        | 0 TYPE1=1 TYPE1v2=1 DMA_CC=0 TYPE1_NESTING=1 UNMAP_ALL=1 NOIOMMU=0
        c.setiommu c0 8                 | -ENODEV
        c.setiommu c0 4                 | -ENODEV
        c.setiommu c0 9                 | -EINVAL
        c.setiommu c0 6                 | -EINVAL
        c.setiommu c0 3                 | 0
        c.setiommu c0 3                 | -EINVAL
        c.info c0                       | 0 flags=0x3 iova_pgsizes=SIZES cap id=2 pgsize_bitmap=0x1000 cap id=3 dma_avail=65535 cap id=1 SPACE
        c.map c0 0x100000 4K 0          | 0
        c.map c0 0x200000 64K 0         | 0
        c.map c0 0x400000 256K 0        | 0
        c.map c0 0x600000 2M 2M         | 0
        c.map c0 0x800000 4M 2M         | 0
        c.map c0 0x1001000 12K 0x1000   | 0
        c.map c0 0x1100000 2M 0x201000  | 0
        c.map c0 0x1400000 0x203000 0x3fd000 | 0
        c.map c0 0x1800000 16K 0 ro     | 0
        c.map c0 0x1900000 16K 0 wo     | 0
        c.map c0 0x1a00000 4K 0 none    | -EINVAL
        c.map c0 0x100000 4K 0          | -EEXIST
        c.map c0 0x3ff000 8K 0          | -EEXIST
        c.map c0 0x2000800 4K 0         | -EINVAL
        c.map c0 0x2000000 4K 0x800     | -EINVAL
        c.map c0 0x2000000 0 0          | -EINVAL
        c.map c0 0x2000000 0x1800 0     | -EINVAL
        c.map c0 0xfee00000 4K 0        | -EINVAL
        c.map c0 0x7ffffff000 4K 0      | 0
        c.map c0 0x8000000000 4K 0      | 0
        c.map c0 0x1000000000000 4K 0   | 0
        c.map c0 0xfffffffffffff000 4K 0 | 0
        c.map c0 0xfffffffffffff000 8K 0 | -EINVAL
        c.map c0 0x3000000 8M 4K        | -EFAULT
        c.ext c0                        | 0 TYPE1=1 TYPE1v2=1 DMA_CC=1 TYPE1_NESTING=1 UNMAP_ALL=1 NOIOMMU=0
        c.info c0                       | 0 flags=0x3 iova_pgsizes=SIZES cap id=2 pgsize_bitmap=0x1000 cap id=3 dma_avail=65521 cap id=1 SPACE
        d.get d0 g0 SSD                 | 0
        d.info d0                       | 0 flags=0x3 regions=9 irqs=5
        d.get d1 g0 SSD                 | 0
        d.reset d0                      | 0
        d.busmaster d0 1                | 0
        c.unmap c0 0x400000 4K          | -EINVAL size=0x1000
        c.unmap c0 0x401000 4K          | -EINVAL size=0x1000
        c.unmap c0 0x700000 4K          | -EINVAL size=0x1000
        c.unmap c0 0x300000 4K          | 0 size=0x0
        c.unmap c0 0x300800 4K          | -EINVAL size=0x1000
        c.unmap c0 0x300000 0           | -EINVAL size=0x0
        c.unmap c0 0x300000 0x800       | -EINVAL size=0x800
        c.unmap c0 0x1000 0 all         | -EINVAL size=0x0
        c.unmap c0 0 4K all             | -EINVAL size=0x1000
        c.unmap c0 0x100000 4K          | 0 size=0x1000
        c.unmap c0 0x100000 4K          | 0 size=0x0
        c.unmap c0 0x200000 64K         | 0 size=0x10000
        c.unmap c0 0x1000000 1M         | 0 size=0x3000
        c.unmap c0 0x1100000 0x503000   | 0 size=0x403000
        c.unmap c0 0 0 all              | 0 size=0x64c000
        c.map c0 0x100000 4K 0          | 0
        c.map c0 0x200000 2M 2M         | 0
        g.unsetc g0                     | -EBUSY
        close d1                        | 0
        close d0                        | 0
        g.unsetc g0                     | 0
        g.status g0                     | 0 flags=0x1
        c.unmap c0 0x100000 4K          | -EINVAL size=0x1000
        g.setc g0 c0                    | 0
        c.setiommu c0 1                 | 0
        c.map c0 0x100000 16K 0         | 0
        c.unmap c0 0x101000 4K          | 0 size=0x0
        c.unmap c0 0x100000 16K         | 0 size=0x4000
        c.map c0 0x200000 2M 2M         | 0
        c.unmap c0 0x201000 4K          | 0 size=0x0
        c.unmap c0 0x200000 4K          | 0 size=0x200000
        c.unmap c0 0x200000 2M          | 0 size=0x0
        close g0                        | 0
        close c0                        | 0
        close c0                        | -EBADF
        """;

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.2", "6.2+p1..p5", "6.3", "6.4", "6.7", "6.12"})
    void aWholeRun(String kernel) {
        var rig = VfioRig.amd(kernel);
        assertThat(rig.toVfio(SSD)).isZero();
        String sizes = kernel.equals("6.12") ? "0xfff7ffffff000" : "0xffffff7ffffff000";
        check(rig, FULL_RUN.replace("SPACE", SPACE).replace("SIZES", sizes).replace("SSD", SSD));
    }

    /** Without interrupt remapping a device could send interrupts in another's name: its group is not handed out. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        6.1  | nointremap                                                 | -EPERM
        6.12 | nointremap                                                 | -EPERM
        6.1  | nointremap vfio_iommu_type1.allow_unsafe_interrupts=1      | 0
        6.12 | nointremap vfio_iommu_type1.allow_unsafe_interrupts=1      | 0
        6.1  | quiet                                                      | 0
        6.12 | quiet                                                      | 0
        """)
    void interruptsThatAreNotIsolated(String kernel, String commandLine, String answer) {
        var rig = VfioRig.amd(kernel, commandLine);
        assertThat(rig.toVfio(SSD)).isZero();
        check(rig, """
            open c0 /dev/vfio/vfio | 0
            open g0 SSD            | 0
            g.setc g0 c0           | 0
            c.setiommu c0 3        | ANSWER
            """.replace("SSD", SSD).replace("ANSWER", answer));
    }

    private static void check(VfioRig rig, String table) {
        var script = new VfioScript(rig);
        var answers = new ArrayList<String>();
        List<String> lines = table.lines().toList();
        for (String line : lines) {
            String call = line.substring(0, line.indexOf('|'));
            answers.add(call + "| " + script.run(call));
        }
        assertThat(answers).containsExactlyElementsOf(lines);
    }
}
