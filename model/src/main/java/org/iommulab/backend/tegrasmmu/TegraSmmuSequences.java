package org.iommulab.backend.tegrasmmu;

import org.iommulab.hardware.Mmio;

/** The register sequences of the driver (drivers/iommu/tegra-smmu.c), without its locks and its choice of numbers. */
public record TegraSmmuSequences(Mmio registers, TegraSmmuChip chip) {
    /** {@code tegra_smmu_probe}: caches configured and empty, translation allowed, no client translated yet. */
    public void probe() {
        registers.write32(TegraSmmuLayout.PTC_CONFIG, TegraSmmuLayout.ptcConfig(chip));
        registers.write32(TegraSmmuLayout.TLB_CONFIG, TegraSmmuLayout.tlbConfig(chip));
        registers.write32(TegraSmmuLayout.PTC_FLUSH, 0);
        registers.write32(TegraSmmuLayout.TLB_FLUSH, 0);
        registers.write32(TegraSmmuLayout.SMMU_CONFIG, TegraSmmuLayout.CONFIG_ENABLE);
        settle();
    }

    /**
     * {@code tegra_smmu_as_prepare}: gives an address space's number a directory.
     *
     * @param directory physical address
     */
    public void prepare(int asid, long directory) {
        TegraSmmuFlush.flushLine(registers, chip.caches(), directory);
        registers.write32(TegraSmmuLayout.TLB_FLUSH, chip.caches().flushAsid(asid));
        registers.write32(TegraSmmuLayout.PTB_ASID, asid & TegraSmmuLayout.ASID_MASK);
        registers.write32(TegraSmmuLayout.PTB_DATA, (int) chip.format().directoryPointer(directory));
        settle();
    }

    /** {@code tegra_smmu_enable}: a software group is translated with an address space. */
    public void enable(int swGroup, int asid) {
        set(swGroup, asid, true);
    }

    /** {@code tegra_smmu_disable}: it passes again. Nothing is flushed. */
    public void disable(int swGroup, int asid) {
        set(swGroup, asid, false);
    }

    private void set(int swGroup, int asid, boolean on) {
        chip.swGroup(swGroup).ifPresent(group -> {
            int value = registers.read32(group.register()) & ~TegraSmmuLayout.ASID_MASK;
            value |= asid & TegraSmmuLayout.ASID_MASK;
            registers.write32(
                    group.register(), on ? value | TegraSmmuLayout.ASID_ENABLE : value & ~TegraSmmuLayout.ASID_ENABLE);
        });
        for (TegraSmmuChip.Client client : chip.clientsOf(swGroup)) {
            int register = TegraSmmuLayout.clientRegister(client.id());
            int bit = TegraSmmuLayout.clientBit(client.id());
            int value = registers.read32(register);
            registers.write32(register, on ? value | bit : value & ~bit);
        }
    }

    /** {@code smmu_flush}: reading a register makes sure that the writes before have arrived. */
    private void settle() {
        registers.read32(TegraSmmuLayout.PTB_ASID);
    }
}
