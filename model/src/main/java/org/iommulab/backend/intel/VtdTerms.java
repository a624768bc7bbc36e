package org.iommulab.backend.intel;

import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The driver's functions behind its callbacks (drivers/iommu/intel/iommu.c). */
final class VtdTerms {
    private static final String FILE = "drivers/iommu/intel/iommu.c";

    static final Term CAPABLE = Term.of("intel_iommu_capable", FILE, Operand.OBJECT, Operand.NONE, Operand.YES_NO);
    static final Term DOMAIN_ALLOC =
            Term.of("intel_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    static final Term DOMAIN_FREE = Term.function("intel_iommu_domain_free", FILE);
    static final Term ALLOC_USER =
            Term.of("intel_iommu_domain_alloc_user", FILE, Operand.OBJECT, Operand.NONE, Operand.OBJECT);
    static final Term SET_PASID =
            Term.of("intel_iommu_set_dev_pasid", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    static final Term REMOVE_PASID =
            Term.of("intel_iommu_remove_dev_pasid", FILE, Operand.DECIMAL, Operand.NONE, Operand.NONE);
    static final Term HW_INFO = Term.of("intel_iommu_hw_info", FILE, Operand.NONE, Operand.NONE, Operand.NONE);
    static final Term ENABLE_FEATURE =
            Term.of("intel_iommu_dev_enable_feat", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    static final Term DISABLE_FEATURE =
            Term.of("intel_iommu_dev_disable_feat", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    static final Term PROBE = Term.function("intel_iommu_probe_device", FILE);
    static final Term RELEASE = Term.function("intel_iommu_release_device", FILE);
    static final Term FINALIZE = Term.function("intel_iommu_probe_finalize", FILE);
    static final Term GROUP = Term.of("intel_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    static final Term RESV_REGIONS =
            Term.of("intel_iommu_get_resv_regions", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    static final Term DEFERRED =
            Term.of("intel_iommu_is_attach_deferred", FILE, Operand.NONE, Operand.NONE, Operand.YES_NO);
    static final Term DEF_DOMAIN_TYPE =
            Term.of("device_def_domain_type", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    static final Term ATTACH = Term.function("intel_iommu_attach_device", FILE);
    static final Term DETACH = Term.function("intel_iommu_detach_device", FILE);
    static final Term MAP = Term.of("intel_iommu_map_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    static final Term UNMAP = Term.of("intel_iommu_unmap_pages", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    static final Term SYNC_MAP = Term.of("intel_iommu_iotlb_sync_map", FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    static final Term SYNC = Term.function("intel_iommu_tlb_sync", FILE);
    static final Term FLUSH_ALL = Term.function("intel_flush_iotlb_all", FILE);
    static final Term IOVA_TO_PHYS = Term.of("intel_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    static final Term ENFORCE =
            Term.of("intel_iommu_enforce_cache_coherency", FILE, Operand.NONE, Operand.NONE, Operand.YES_NO);
    static final Term BLOCKING_ATTACH = Term.function("blocking_domain_attach_dev", FILE);
    static final Term IDENTITY_ATTACH = Term.function("identity_domain_attach_dev", FILE);
    static final Term BLOCKING_DOMAIN = Term.reference("blocking_domain");
    static final Term IDENTITY_DOMAIN = Term.reference("identity_domain");

    private VtdTerms() {}
}
