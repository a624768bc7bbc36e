package org.iommulab.backend.tegrasmmu;

import java.util.List;
import org.iommulab.hardware.EntryWords;

/** What the registers say, in words. */
final class TegraSmmuWords {
    private TegraSmmuWords() {}

    static String meaning(TegraSmmuChip chip, int offset, int value) {
        return switch (offset) {
            case TegraSmmuLayout.INTSTATUS -> interrupts(value);
            case TegraSmmuLayout.SMMU_CONFIG ->
                (value & TegraSmmuLayout.CONFIG_ENABLE) != 0 ? "enabled" : "disabled: pass-through";
            case TegraSmmuLayout.PTC_CONFIG ->
                (value & TegraSmmuLayout.PTC_CONFIG_ENABLE) != 0 ? "table words are cached" : "tables are not cached";
            case TegraSmmuLayout.PTB_DATA ->
                value == 0 ? "" : "directory at " + EntryWords.hex(chip.format().tableAddress(0, value & 0xffff_ffffL));
            default -> group(chip, offset, value);
        };
    }

    private static String interrupts(int value) {
        String decode = (value & TegraSmmuLayout.INT_DECODE_ERROR) != 0 ? "EMEM address decode error" : "";
        String page = (value & TegraSmmuLayout.INT_PAGE_FAULT) != 0 ? "Page fault" : "";
        return decode.isEmpty() || page.isEmpty() ? decode + page : decode + ", " + page;
    }

    /** A group's address space, or the clients that are translated by an enable word. */
    private static String group(TegraSmmuChip chip, int offset, int value) {
        if (chip.swGroups().stream().anyMatch(g -> g.register() == offset)) {
            boolean enabled = (value & TegraSmmuLayout.ASID_ENABLE) != 0;
            return enabled ? "address space " + (value & TegraSmmuLayout.ASID_MASK) : "pass-through";
        }
        List<String> names = chip.clients().stream()
                .filter(c -> TegraSmmuLayout.clientRegister(c.id()) == offset)
                .filter(c -> (value & TegraSmmuLayout.clientBit(c.id())) != 0)
                .map(TegraSmmuChip.Client::name)
                .toList();
        return String.join(", ", names);
    }

    /** As the memory controller's driver prints it: {@code display0a: read @0xfe000000 (... [--S])}. */
    static String error(TegraSmmuChip chip, int status, long address) {
        String client = chip.client(TegraSmmuLayout.errorClient(chip, status))
                .map(TegraSmmuChip.Client::name)
                .orElse("unknown client");
        String direction = TegraSmmuLayout.errorWrites(status) ? "write" : "read";
        return "%s: %s @0x%08x (%s [%s])"
                .formatted(client, direction, address, TegraSmmuUnit.FAULT, TegraSmmuLayout.errorFlags(status));
    }
}
