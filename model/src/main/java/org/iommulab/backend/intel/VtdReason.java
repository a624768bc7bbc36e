package org.iommulab.backend.intel;

import java.util.Arrays;
import java.util.Optional;

/**
 * Fault reasons by their numbers, with the driver's texts (drivers/iommu/intel/dmar.c: dma_remap_fault_reasons,
 * dma_remap_sm_fault_reasons): those that the lab's unit reports.
 */
public enum VtdReason {
    ROOT_NOT_PRESENT(0x1, "Present bit in root entry is clear"),
    CONTEXT_NOT_PRESENT(0x2, "Present bit in context entry is clear"),
    INVALID_CONTEXT(0x3, "Invalid context entry"),
    BEYOND_MGAW(0x4, "Access beyond MGAW"),
    NO_WRITE(0x5, "PTE Write access is not set"),
    NO_READ(0x6, "PTE Read access is not set"),
    BAD_TABLE(0x7, "Next page table ptr is invalid"),
    BAD_ROOT_TABLE(0x8, "Root table address invalid"),
    BAD_CONTEXT_TABLE(0x9, "Context table ptr is invalid"),
    RESERVED_PTE(0xc, "non-zero reserved fields in PTE"),

    SM_BAD_ROOT_TABLE(0x38, "SM: Error attempting to access Root Entry"),
    SM_ROOT_NOT_PRESENT(0x39, "SM: Present bit in Root Entry is clear"),
    SM_BAD_CONTEXT_TABLE(0x40, "SM: Error attempting to access Context Entry"),
    SM_CONTEXT_NOT_PRESENT(0x41, "SM: Present bit in Context Entry is clear"),
    SM_PASIDS_OFF(0x45, "SM: PASID Enable field in Context Entry is clear"),
    SM_PASID_TOO_LARGE(0x46, "SM: PASID is larger than the max in Context Entry"),
    SM_BAD_DIRECTORY(0x50, "SM: Error attempting to access the PASID Directory Entry"),
    SM_DIRECTORY_NOT_PRESENT(0x51, "SM: Present bit in Directory Entry is clear"),
    SM_BAD_PASID_TABLE(0x58, "SM: Error attempting to access PASID Table Entry"),
    SM_PASID_NOT_PRESENT(0x59, "SM: Present bit in PASID Table Entry is clear"),
    SM_INVALID_PASID(0x5b, "SM: Invalid Scalable-Mode PASID Table Entry"),
    SM_BAD_FIRST_LEVEL(0x70, "SM: Error attempting to access first-level paging entry"),
    SM_FIRST_LEVEL_NOT_PRESENT(0x71, "SM: Present bit in first-level paging entry is clear"),
    SM_NESTED_ROOT(0x75, "SM: Read permission error in FL-PML4 entry in Nested translation"),
    SM_NESTED_ENTRY(0x76, "SM: Read permission error in first-level paging entry in Nested translation"),
    SM_BAD_SECOND_LEVEL(0x78, "SM: Error attempting to access second-level paging entry"),
    SM_SECOND_LEVEL_PERMISSION(0x79, "SM: Read/Write permission error in second-level paging entry"),
    SM_RESERVED_SECOND_LEVEL(0x7a, "SM: Non-zero reserved field set in second-level paging entry"),
    SM_NOT_CANONICAL(0x80, "SM: Address in first-level translation is not canonical"),
    SM_BEYOND_SECOND_LEVEL(0x84, "SM: Second-level entry address beyond the max"),
    SM_NO_WRITE(0x85, "SM: No write permission for Write/AtomicOp request");

    private final int number;
    private final String text;

    VtdReason(int number, String text) {
        this.number = number;
        this.text = text;
    }

    public int number() {
        return number;
    }

    public String text() {
        return text;
    }

    /** Empty for a number that the lab's unit never reports. */
    public static Optional<VtdReason> of(int number) {
        return Arrays.stream(values()).filter(r -> r.number == number).findFirst();
    }
}
