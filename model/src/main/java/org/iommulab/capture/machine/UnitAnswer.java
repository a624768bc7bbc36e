package org.iommulab.capture.machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.capture.CapturedTopology;

/**
 * An IOMMU of a captured machine: a folder below /sys/class/iommu. Its name tells the driver and often the place of its
 * registers (the callers of iommu_device_sysfs_add); Intel's and AMD's have files besides.
 *
 * @param kind in words; {@code IOMMU} where the name tells nothing, as it is a device's
 * @param registers physical address of its registers, {@code 0xfed90000}; empty where nothing says it
 * @param attributes its files by their path below the folder, as they are
 * @param devices how many devices stand behind it
 */
public record UnitAnswer(
        String name, String kind, String registers, Map<String, String> attributes, int devices, String sentence) {
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("dmar", "Intel VT-d unit"),
            Map.entry("ivhd", "AMD-Vi unit"),
            Map.entry("smmu3.", "SMMUv3"),
            Map.entry("smmu.", "SMMU (version 1 or 2)"),
            Map.entry("mtk-iommu.", "MediaTek M4U"),
            Map.entry("msm-smmu.", "Qualcomm IOMMU"),
            Map.entry("apple-dart.", "Apple DART"),
            Map.entry("s390-iommu.", "translation of an s390 PCI function"),
            Map.entry("riscv-iommu@", "RISC-V IOMMU"),
            Map.entry("iommu0", "Freescale PAMU"));

    /** The number in the name is where the registers are. */
    private static final List<String> NAMED_BY_ADDRESS = List.of("smmu3.", "smmu.", "mtk-iommu.", "msm-smmu.");

    private static final String INTEL = "intel-iommu/";

    public UnitAnswer {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    static UnitAnswer of(CapturedTopology.Unit unit) {
        String front = KINDS.keySet().stream()
                .filter(unit.name()::startsWith)
                .findFirst()
                .orElse("");
        String kind = KINDS.getOrDefault(front, "IOMMU");
        String registers = NAMED_BY_ADDRESS.contains(front)
                ? shorter(unit.name().substring(front.length()))
                : shorter(unit.attributes().getOrDefault(INTEL + "address", ""));
        int devices = unit.devices().size();
        return new UnitAnswer(
                unit.name(), kind, registers, unit.attributes(), devices, sentence(unit, kind, registers, devices));
    }

    private static String sentence(CapturedTopology.Unit unit, String kind, String registers, int devices) {
        var words = new StringBuilder(unit.name() + ": " + kind);
        words.append(registers.isEmpty() ? "" : " at " + registers);
        words.append(devices == 1 ? ", 1 device behind it" : ", " + devices + " devices behind it");
        String used = unit.attributes().getOrDefault(INTEL + "domains_used", "");
        String most = unit.attributes().getOrDefault(INTEL + "domains_supported", "");
        words.append(used.isEmpty() || most.isEmpty() ? "" : ", " + used + " of " + most + " domain numbers in use");
        return words.append('.').toString();
    }

    /** The other files in the order of their names, without the folder's: {@code cap d2008c22260286}. */
    public List<String> files() {
        var files = new ArrayList<String>();
        attributes.forEach((path, text) -> {
            String file = path.substring(path.indexOf('/') + 1);
            if (!file.startsWith("domains_") && !file.equals("address")) {
                files.add(file + " " + text);
            }
        });
        return files;
    }

    /** {@code %pa} and {@code %llx}: with and without 0x, with and without zeros in front. */
    private static String shorter(String hex) {
        return hex.isEmpty() ? "" : "0x" + hex.replaceFirst("^(0x)?0*(?=.)", "");
    }
}
