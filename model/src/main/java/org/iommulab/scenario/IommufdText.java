package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.core.OpsTable;
import org.iommulab.user.iommufd.IommufdFault;

/** What a program prints of iommufd's answers, which have no form of their own. */
final class IommufdText {
    private IommufdText() {}

    static List<String> of(List<IommufdFault.Message> messages) {
        return messages.stream()
                .map(message -> "device=%d cookie=%d group=%d address=0x%x %s%s"
                        .formatted(
                                message.device(),
                                message.cookie(),
                                message.request().group(),
                                message.request().address(),
                                message.request().read() ? "r" : "",
                                message.request().write() ? "w" : ""))
                .toList();
    }

    /** Nothing but a type 0 where the driver tells nothing. */
    static List<String> of(Optional<OpsTable.HardwareInfo> info) {
        var lines = new ArrayList<String>();
        List<Long> words = info.map(OpsTable.HardwareInfo::words).orElse(List.of());
        lines.add("out_data_type=%d data_len=%d out_capabilities=0x0"
                .formatted(info.map(OpsTable.HardwareInfo::type).orElse(0), words.size() * Long.BYTES));
        words.forEach(word -> lines.add("0x%016x".formatted(word)));
        return lines;
    }
}
