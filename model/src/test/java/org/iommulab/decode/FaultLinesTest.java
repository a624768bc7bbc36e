package org.iommulab.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.iommulab.board.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines of real kernels: whose they are, and what is found in them. */
class FaultLinesTest {
    private static Arguments line(String driver, String title, String words, String lines) {
        return Arguments.of(driver, title, words, lines);
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                line(
                        "Intel VT-d",
                        "DMA write refused",
                        "device 00:05.0; address 0x1800000; fault reason 0x05; 1 PPF = 1",
                        """
                        [   10.645770] DMAR: DRHD: handling fault status reg 2
                        [   10.646112] DMAR: [DMA Write NO_PASID] Request device [00:05.0] fault addr 0x1800000 [fault reason 0x05] PTE Write access is not set
                        """),
                line(
                        "Intel VT-d",
                        "DMA read refused",
                        "PASID 0x1; address 0x7f0012345000; fault reason 0x59",
                        "[ 1.0] DMAR: [DMA Read PASID 0x1] Request device [6a:01.0] fault addr 0x7f0012345000 [fault"
                                + " reason 0x59] SM: Present bit"),
                line(
                        "Intel VT-d",
                        "DMA write refused",
                        "PASID ffffffff; fault reason 05; device 03:00.0",
                        "DMAR: [DMA Write] Request device [03:00.0] PASID ffffffff fault addr 0 [fault reason 05] PTE"
                                + " Write access is not set"),
                line(
                        "Intel VT-d",
                        "interrupt refused",
                        "interrupt index 0xa00; fault reason 0x25 - an interrupt in the old (compatibility) format",
                        "DMAR: [INTR-REMAP] Request device [f0:1f.0] fault index 0xa00 [fault reason 0x25] Blocked a"
                                + " compatibility format interrupt request"),
                line(
                        "Intel VT-d",
                        "interrupt refused",
                        "fault reason 37 - an interrupt in the old (compatibility) format",
                        "DMAR: [INTR-REMAP] Request device [f0:1f.0] fault index 1c [fault reason 37] Blocked a"
                                + " compatibility format interrupt request"),
                line(
                        "Intel VT-d",
                        "DMA write refused",
                        "root entry 0x0000000100403001; 23:8 DID = 0xb; 3:2 TT = 0x0: translate; level 1 entry"
                                + " 0x0000000000000000; 1 W = 0",
                        """
                        DMAR: [DMA Write NO_PASID] Request device [00:1a.0] fault addr 0x0 [fault reason 0x05] PTE Write access is not set
                        DMAR: Dump dmar0 table entries for IOVA 0x0
                        DMAR: root entry: 0x0000000100403001
                        DMAR: context entry: hi 0x0000000000000b02, low 0x0000000100500001
                        DMAR: pte level: 4, pte value: 0x0000000100501003
                        DMAR: pte level: 1, pte value: 0x0000000000000000
                        DMAR: page table not present at level 0
                        """),
                line(
                        "Intel VT-d",
                        "an invalidation went wrong",
                        "SID 300 - requester id 03:00.0; its words 0x200000025 0x10000",
                        """
                        DMAR: VT-d detected Invalidation Time-out Error: SID 300
                        DMAR: QI HEAD: Invalidation Wait qw0 = 0x200000025, qw1 = 0x10000
                        DMAR: Invalidation Time-out Error (ITE) cleared
                        """),
                line(
                        "Intel VT-d",
                        "a unit's capabilities",
                        "cap d2008c22260206; 7 CM = 0; 1 QI = 1",
                        "[    0.010000] DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c22260206 ecap f00f4a"),
                line(
                        "AMD-Vi",
                        "DMA write refused",
                        "device 0000:03:00.0; domain 0x000b; address 0x123457000; 5 RW = 1: a write; 4 PR = 0: no"
                                + " mapping",
                        "nvme 0000:03:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000b address=0x123457000"
                                + " flags=0x0020]"),
                line(
                        "AMD-Vi",
                        "DMA read refused",
                        "device 0000:03:00.0; 4 PR = 1: a mapping is there",
                        "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:03:00.0 domain=0x000b address=0x123457000"
                                + " flags=0x0050]"),
                line(
                        "AMD-Vi",
                        "event ILLEGAL_DEV_TABLE_ENTRY",
                        "pasid 0x00000; DTE[0] 6000000100500403; 11:9 Mode = 0x2; 0 V = 1: valid",
                        """
                        iommu ivhd0: AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:03:00.0 pasid=0x00000 address=0xfffffffdf8000000 flags=0x0080]
                        AMD-Vi: DTE[0]: 6000000100500403
                        AMD-Vi: DTE[1]: 000000000000000b
                        AMD-Vi: DTE[2]: 0000000000000000
                        AMD-Vi: DTE[3]: 0000000000000000
                        """),
                line(
                        "AMD-Vi",
                        "event COMMAND_HARDWARE_ERROR",
                        "address 0x1000 - where the command is in memory",
                        "iommu ivhd0: AMD-Vi: Event logged [COMMAND_HARDWARE_ERROR address=0x1000 flags=0x0000]"),
                line("AMD-Vi", "a fault of a device without a domain", "device 0000:03:00.0", """
                    AMD-Vi: Event logged [Device not attached to domain properly]
                    AMD-Vi:   device=0000:03:00.0 domain=0x000b
                    """),
                line(
                        "AMD-Vi",
                        "event RMP_PAGE_FAULT",
                        "vmg_tag 0x0001; gpa 0x12000; flags_rmp 0x0001; flags 0x0020",
                        "AMD-Vi: Event logged [RMP_PAGE_FAULT vmg_tag=0x0001, gpa=0x12000, flags_rmp=0x0001,"
                                + " flags=0x0020]"),
                line(
                        "ARM SMMUv2",
                        "DMA read refused",
                        "device 15000000.iommu; iova 0x12346000; 1 TF = 1; 10:9 FORMAT = 0x2; cb 3; cbfrsynra 0x4a0",
                        """
                        arm-smmu 15000000.iommu: Unhandled context fault: fsr=0x402, iova=0x12346000, fsynr=0x30003, cbfrsynra=0x4a0, cb=3
                        arm-smmu 15000000.iommu: FSR    = 00000402 [Format=2 TF], SID=0x4a0
                        arm-smmu 15000000.iommu: FSYNR0 = 00030003 [S1CBNDX=3 PLVL=3]
                        """),
                line(
                        "ARM SMMUv2",
                        "a global fault",
                        "GFSR 0x00000002; 1 USF = 1; 15:0 StreamID = 0x43; 1 WNR = 1: a write",
                        """
                        arm-smmu 15000000.iommu: Unexpected global fault, this could be serious
                        arm-smmu 15000000.iommu: \tGFSR 0x00000002, GFSYNR0 0x00000002, GFSYNR1 0x00000043, GFSYNR2 0x00000000
                        """),
                line(
                        "ARM SMMUv2",
                        "a device that nobody set up",
                        "stream id 0x43",
                        "arm-smmu 15000000.iommu: Blocked unknown Stream ID 0x43; boot with"
                                + " \"arm-smmu.disable_bypass=0\" to allow, but this may have security implications"),
                line(
                        "ARM SMMUv3",
                        "DMA write refused",
                        "event 0x13 - F_PERMISSION; 63:32 StreamID = 0x28; 35 RnW = 0: a write; word 2"
                                + " 0x0000000001800000",
                        """
                        [    9.220598] arm-smmu-v3 9050000.smmuv3: event 0x13 received:
                        [    9.220669] arm-smmu-v3 9050000.smmuv3: \t0x0000002800000013
                        [    9.220700] arm-smmu-v3 9050000.smmuv3: \t0x0000000000000000
                        [    9.220717] arm-smmu-v3 9050000.smmuv3: \t0x0000000001800000
                        [    9.220733] arm-smmu-v3 9050000.smmuv3: \t0x0000000000000000
                        """),
                line("ARM SMMUv3", "event C_BAD_STREAMID", "event 0x02 - C_BAD_STREAMID: the stream id is beyond", """
                    arm-smmu-v3 arm-smmu-v3.0.auto: event 0x02 received:
                    arm-smmu-v3 arm-smmu-v3.0.auto: \t0x0001000000000002
                    arm-smmu-v3 arm-smmu-v3.0.auto: \t0x0000000000000000
                    arm-smmu-v3 arm-smmu-v3.0.auto: \t0x0000000000000000
                    arm-smmu-v3 arm-smmu-v3.0.auto: \t0x0000000000000000
                    """),
                line(
                        "ARM SMMUv3",
                        "the command queue stopped",
                        "30:24 ERR = 0x1: illegal command",
                        "arm-smmu-v3 9050000.smmuv3: CMDQ error (cons 0x01000010): Illegal command"),
                line(
                        "Exynos System MMU",
                        "DMA read refused",
                        "first level 0x44b10001 - bits 1:0 = 1: points to a table; second level 0 - bits 1:0 = 0",
                        """
                        exynos-sysmmu 14860000.sysmmu: 14830000.decon: [READ] PAGE FAULT occurred at 0x6715b3e0
                        exynos-sysmmu 14860000.sysmmu: Page table base: 0x44a50000
                        exynos-sysmmu 14860000.sysmmu: \tLv1 entry: 0x44b10001
                        exynos-sysmmu 14860000.sysmmu: \t Lv2 entry: 0
                        """),
                line(
                        "Exynos System MMU",
                        "DMA refused",
                        "master 14450000.mixer; cause PAGE - nothing is mapped there (bit 0; address 0x2247b800",
                        "exynos-sysmmu 14650000.sysmmu: 14450000.mixer: PAGE FAULT occurred at 0x2247b800"),
                line(
                        "Exynos System MMU",
                        "DMA read refused",
                        "master 14830000.decon; direction READ",
                        "exynos-sysmmu 14860000.sysmmu: 14830000.decon: [READ] PAGE FAULT occurred at 0x6715b3e0"),
                line(
                        "Qualcomm IOMMU",
                        "DMA write refused",
                        "4 WNR = 1; 1 TF = 1; cb 2",
                        "qcom-iommu-ctx 1e25000.iommu-ctx: Unhandled context fault: fsr=0x202,"
                                + " iova=0x0000000000100000, fsynr=0x13, cb=2"),
                line(
                        "Renesas IPMMU",
                        "DMA refused",
                        "0 TF = 1: nothing is mapped",
                        "ipmmu-vmsa e7740000.iommu: Unhandled fault: status 0x00000001 iova 0x40124000"),
                line(
                        "Rockchip IOMMU",
                        "DMA read refused",
                        "dte_index 0x3ff; pte 0x000000; mmu_dte_addr 0x3ec3b000",
                        """
                        rk_iommu ff930300.iommu: Page fault at 0xfff85000 of type read
                        rk_iommu ff930300.iommu: iova = 0xfff85000: dte_index: 0x3ff pte_index: 0x385 page_offset: 0x0
                        rk_iommu ff930300.iommu: mmu_dte_addr: 0x3ec3b000 dte@0x3ec3bffc: 0x3ec3c001 valid: 1 pte@0x3ec3ce14: 0x000000 valid: 0 page@0x00000000 flags: 0x0
                        """),
                line(
                        "Allwinner IOMMU",
                        "DMA read refused",
                        "master 0; address 0x00000000fe7c3000",
                        "sun50i-iommu 30f0000.iommu: Page fault for 0x00000000fe7c3000 (master 0, dir rd)"),
                line(
                        "OMAP IOMMU",
                        "DMA refused",
                        "1 TRANSLATIONFAULT = 1; *pgd 0xa4010401; da 0x40013000",
                        "omap-iommu 58882000.mmu: 58882000.mmu: errs:0x00000002 da:0x40013000 pgd:0x0000000012345678"
                                + " *pgd:0xa4010401 pte:0x00000000abcdef01 *pte:0x00000000"),
                line(
                        "OMAP IOMMU",
                        "DMA refused",
                        "*pgd 00000000",
                        "omap-iommu 58882000.mmu: 58882000.mmu: errs:0x00000002 da:0x40013000 pgd:0x(ptrval)"
                                + " *pgd:px00000000"),
                line(
                        "MediaTek M4U",
                        "DMA read lost",
                        "larb 0; port 1; 0 MMU0 translation = 1",
                        "mtk-iommu 10205000.iommu: fault type=0x1 iova=0x123001 pa=0x0 master=0x4(larb=0 port=1)"
                                + " layer=1 read"),
                line(
                        "MediaTek M4U version 1",
                        "DMA lost",
                        "port 2; 0 translation = 1",
                        "mtk-iommu-v1 10205000.mmsys_iommu: fault type=0x1 iova=0x124000 pa=0x0 larb=0 port=2"),
                line(
                        "Tegra memory controller",
                        "DMA read refused",
                        "client display0a; second line Page fault; flags --S",
                        """
                        tegra-mc 70019000.memory-controller: display0a: read @0xfe000000: EMEM address decode error (SMMU translation error [--S])
                        tegra-mc 70019000.memory-controller: display0a: read @0xfe000000: Page fault (SMMU translation error [--S])
                        """),
                line(
                        "Tegra GART",
                        "DMA read refused",
                        "client display0a; address 0x58123000",
                        "tegra-mc 7000f000.memory-controller: display0a: read @0x58123000: GART page fault (EMEM"
                                + " decode error)"),
                line("MSM IOMMU", "DMA read refused", "FAR 40000000; 1 TF = 1; context 1", """
                    msm_iommu: Unexpected IOMMU page fault!
                    msm_iommu: base = 07500000
                    msm_iommu: Fault occurred in context 1.
                    msm_iommu: Interesting registers:
                    msm_iommu: FAR    = 40000000    PAR    = 00000000
                    msm_iommu: FSR    = 00000002 [TF ]
                    msm_iommu: FSYNR0 = 00000001    FSYNR1 = 00000000
                    msm_iommu: TTBR0  = 80004000    TTBR1  = 00000000
                    msm_iommu: SCTLR  = 00000003    ACTLR  = 00000000
                    """),
                line(
                        "Apple DART",
                        "DMA refused",
                        "stream 1; code 0x4 - NO PTE FOR IOVA: nothing is mapped",
                        "apple-dart 681008000.iommu: translation fault: status:0x81000004 stream:1 code:0x4 (NO PTE"
                                + " FOR IOVA) at 0x12348000"),
                line(
                        "Unisoc IOMMU",
                        "an attach is refused",
                        "",
                        "sprd-iommu 3180000.iommu: There's already a device attached to this domain."),
                line(
                        "s390 PCI",
                        "a PCI function stands still",
                        "function id 0x44; recovery Initiating reset; The device is ready",
                        """
                        zpci: 0000:00:00.0: Event 0x3a reports an error for PCI function 0x44
                        zpci: 0000:00:00.0: Initiating reset
                        zpci: 0000:00:00.0: The device is ready to resume operations
                        """),
                line("Freescale PAMU", "DMA refused", "31:16 LIODN = 0x65; 9:7 WAV = 0x1; disabled 65", """
                    fsl-pamu: pamu_av_isr: access violation interrupt
                    fsl-pamu: pamu_av_isr: POES1=00000000
                    fsl-pamu: pamu_av_isr: POES2=00000000
                    fsl-pamu: pamu_av_isr: AVS1=00650081
                    fsl-pamu: pamu_av_isr: AVS2=00000000
                    fsl-pamu: pamu_av_isr: AVA=0000000100000000
                    fsl-pamu: pamu_av_isr: UDAD=00000000
                    fsl-pamu: pamu_av_isr: POEA=00000000fe001940
                    fsl-pamu: pamu_av_isr: PAACE[0]=00000000
                    fsl-pamu: pamu_av_isr: PAACE[1]=000008d9
                    fsl-pamu: pamu_av_isr: Disabling liodn 65
                    """),
                line(
                        "virtio-iommu",
                        "DMA write refused",
                        "endpoint 24 - for PCI devices the requester id: 00:03.0; address 0xfffe0000",
                        "virtio_iommu virtio0: page fault from EP 24 at 0xfffe0000 [W]"),
                line(
                        "virtio-iommu",
                        "an access refused",
                        "reason unknown",
                        "virtio_iommu virtio0: unknown fault from EP 24"),
                line(
                        "RISC-V IOMMU",
                        "an access refused",
                        "cause 13 - a read that the tables do not allow",
                        "riscv,iommu 3010000.iommu: Fault 13 devid: 0x108 iotval: 1234567000 iotval2: 0"),
                line(
                        "IOMMU core",
                        "a device joins a group",
                        "group 2",
                        "[    1.5] pci 0000:00:05.0: Adding to iommu group 2"),
                line(
                        "IOMMU core",
                        "a device keeps direct DMA",
                        "could not make a mapping for 11c00000.fimd",
                        "[    1.5] Failed to create 4294967296-byte IOMMU mapping for device 11c00000.fimd"),
                line(
                        "IOMMU core",
                        "a device keeps direct DMA",
                        "could not attach 12c10000.mixer",
                        "[    1.5] Failed to attached device 12c10000.mixer to IOMMU_mapping"),
                line(
                        "IOMMU core",
                        "a device could not join",
                        "error -16 - EBUSY",
                        "exynos-sysmmu 14650000.sysmmu: Failed to add to iommu group 0: -16"),
                line(
                        "IOMMU core",
                        "the default",
                        "",
                        "[    0.3] iommu: Default domain type: Passthrough (set via kernel command line)"),
                line(
                        "kernel",
                        "a warning in __iommu_group_set_domain",
                        "backtrace __iommu_group_set_domain < iommu_detach_group; taint Not tainted",
                        """
                        [   12.0] ------------[ cut here ]------------
                        [   12.0] WARNING: CPU: 0 PID: 61 at drivers/iommu/iommu.c:2220 __iommu_group_set_domain+0x98/0xa4
                        [   12.0] Modules linked in: vfio
                        [   12.0] CPU: 0 PID: 61 Comm: kworker/u2:3 Not tainted 6.2.0-rc1 #1
                        [   12.0] Hardware name: Samsung Exynos (Flattened Device Tree)
                        [   12.0] Call trace:
                        [   12.0]  __iommu_group_set_domain+0x98/0xa4
                        [   12.0]  iommu_detach_group+0x40/0x60
                        [   12.0] ---[ end trace 0000000000000000 ]---
                        """),
                line(
                        "kernel",
                        "a warning in iommu_detach_device",
                        "backtrace iommu_detach_device < foo_remove - ; U: a user was given something unsafe, as a"
                                + " device without an IOMMU is, W: there was a warning before",
                        """
                        [   12.345678] ------------[ cut here ]------------
                        [   12.345700] WARNING: CPU: 2 PID: 77 at drivers/iommu/iommu.c:3163 iommu_detach_device+0x4c/0x80
                        [   12.345710] Modules linked in: vfio_pci vfio
                        [   12.345720] CPU: 2 UID: 0 PID: 77 Comm: qemu Tainted: G     U  W          6.12.19 #1
                        [   12.345730] Tainted: [U]=USER, [W]=WARN
                        [   12.345740] Hardware name: QEMU KVM Virtual Machine, BIOS 0.0.0 02/06/2015
                        [   12.345750] pstate: 60000005 (nZCv daif -PAN -UAO -TCO -DIT -SSBS BTYPE=--)
                        [   12.345760] pc : iommu_detach_device+0x4c/0x80
                        [   12.345770] lr : iommu_detach_device+0x48/0x80
                        [   12.345780] sp : ffff800082f1bc90
                        [   12.345790] x29: ffff800082f1bc90 x28: ffff800082f1bcd0 x27: ffff800082f1bce0
                        [   12.345790] Call trace:
                        [   12.345800]  iommu_detach_device+0x4c/0x80
                        [   12.345810]  foo_remove+0x20/0x40
                        [   12.345820] ---[ end trace 0000000000000000 ]---
                        """),
                line(
                        "VFIO",
                        "a device is used without an IOMMU",
                        "task qemu - process 812",
                        "vfio-pci 0000:01:00.0: vfio-noiommu device opened by user (qemu:812)"),
                line(
                        "IOMMU core",
                        "a mapping is not made of pages",
                        "pa 0x0000000800344000 - physical address; page 0x4000 - the smallest page",
                        "iommu: unaligned: iova 0x12350000 pa 0x0000000800344000 size 0x1000 min_pagesz 0x4000"),
                line(
                        "IOMMU core",
                        "a range to unmap is not made of pages",
                        "size 0x800",
                        "iommu: unaligned: iova 0x12350000 size 0x800 min_pagesz 0x1000"),
                line(
                        "VFIO",
                        "a device is handed out without an IOMMU",
                        "0000:01:00.0 has no IOMMU",
                        "vfio-pci 0000:01:00.0: Adding kernel taint for vfio-noiommu group on device"),
                line("kernel", "the kernel died in exynos_iommu_map", "address 00000000", """
                    8<--- cut here ---
                    Unable to handle kernel NULL pointer dereference at virtual address 00000000
                    [00000000] *pgd=00000000
                    Internal error: Oops: 80000005 [#1] SMP ARM
                    CPU: 0 PID: 61 Comm: kworker/u2:3 Tainted: G        W          6.2.0 #1
                    PC is at exynos_iommu_map+0x10/0x20
                    LR is at __iommu_map+0x10/0x20
                    ---[ end trace 0000000000000000 ]---
                    """));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aReportOfRealLinesIsOneAndIsExplained(String driver, String title, String words, String text) {
        List<String> lines = text.lines().toList();

        List<Decoded> all = LogDecoder.decode(Registry.faultTexts(), lines);

        assertThat(all).singleElement().satisfies(decoded -> {
            assertThat(decoded.driver()).isEqualTo(driver);
            assertThat(decoded.title()).isEqualTo(title);
            assertThat(decoded.count()).isEqualTo(lines.size());
            String told = String.join("\n", DecodedText.lines(decoded)).replaceAll(" +", " ");
            assertThat(told).contains(Stream.of(words.split("; ")).toList());
            assertThat(decoded.fields())
                    .allMatch(
                            field -> !field.source().isEmpty() && !field.value().isEmpty());
        });
    }

    /** What loggers, terminals and mails put in front changes nothing. */
    @ParameterizedTest
    @MethodSource("fronts")
    void whatStandsInFrontDoesNotMatter(String front) {
        String line = "arm-smmu-v3 9050000.smmuv3: event 0x10 received:";
        String word = "arm-smmu-v3 9050000.smmuv3: \t0x0000002800000010";

        List<Decoded> all = LogDecoder.decode(
                Registry.faultTexts(), List.of(front + line, "something else", front + word, front + word));

        assertThat(all).singleElement().satisfies(decoded -> {
            assertThat(decoded.count()).isEqualTo(3);
            assertThat(decoded.fields().getFirst().value()).isEqualTo("9050000.smmuv3");
        });
    }

    static List<String> fronts() {
        return List.of(
                "",
                "    ",
                "[   12.345678] ",
                "[   12.345678][    T1] ",
                "<3>[   12.345678] ",
                "kern  :err   : [   12.345678] ",
                "[Wed Oct  1 02:20:16 2025] ",
                "Oct  1 02:20:16 host kernel: ",
                "Oct  1 02:20:16 host kernel: [   12.345678] ",
                "2025-10-01T02:20:16.123456+02:00 host kernel: ",
                "2025-10-01 02:20:16,123 ",
                "[   12.345678] host kernel: ",
                "> > [   12.345678] ",
                "ttyS0 | ");
    }

    @Test
    void aFaultThatComesLaterIsAnotherOne() {
        List<Decoded> all = LogDecoder.decode(
                Registry.faultTexts(),
                List.of(
                        "[   10.000000] DMAR: DRHD: handling fault status reg 2",
                        "[   20.000000] DMAR: [DMA Read NO_PASID] Request device [00:05.0] fault addr 0x1000 [fault"
                                + " reason 0x06] x",
                        "[   20.000001] DMAR: [DMA Read NO_PASID] Request device [00:05.0] fault addr 0x2000 [fault"
                                + " reason 0x06] x"));

        assertThat(all).extracting(Decoded::count).containsExactly(1, 1, 1);
    }

    /** One interrupt, several records: each is a fault of its own, whatever their forms are. */
    @Test
    void recordsOfOneInterruptAreNotMixed() {
        List<Decoded> all = LogDecoder.decode(
                Registry.faultTexts(),
                List.of(
                        "DMAR: DRHD: handling fault status reg 2",
                        "DMAR: [DMA Write] Request device [03:00.0] PASID ffffffff fault addr 1000 [fault reason 05] x",
                        "DMAR: [DMA Read NO_PASID] Request device [04:00.0] fault addr 0x2000 [fault reason 0x06] x",
                        "DMAR: [INTR-REMAP] Request device [05:00.0] fault index 0xa00 [fault reason 0x25] x"));

        assertThat(all)
                .extracting(Decoded::title)
                .containsExactly("DMA write refused", "DMA read refused", "interrupt refused");
        assertThat(all).extracting(Decoded::count).containsExactly(2, 1, 1);
    }

    @Test
    void twoUnitsAtOnceAreKeptApart() {
        List<Decoded> all = LogDecoder.decode(
                Registry.faultTexts(),
                List.of(
                        "arm-smmu-v3 a.smmu: event 0x10 received:",
                        "arm-smmu-v3 b.smmu: event 0x13 received:",
                        "arm-smmu-v3 a.smmu: \t0x0000000100000010",
                        "arm-smmu-v3 b.smmu: \t0x0000000200000013"));

        assertThat(all).extracting(d -> d.lines().getLast()).allMatch(line -> line.contains("\t0x"));
        assertThat(all.getFirst().lines().getLast()).contains("a.smmu").contains("100000010");
    }

    @Test
    void otherLinesAreCountedAndNothingElse() {
        var decoder = new LogDecoder(Registry.faultTexts(), decoded -> {
            throw new AssertionError(decoded.toString());
        });
        List.of("", " ", "usb 1-1: new device", "\u0000\u0001", "x".repeat(5000))
                .forEach(decoder::line);
        decoder.end();

        assertThat(decoder.lines()).isEqualTo(5);
        assertThat(decoder.recognised()).isZero();
    }
}
