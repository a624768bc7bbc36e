package org.iommulab.decode;

import java.util.Map;

/** Kernel error numbers in words: those that IOMMU code gives back (include/uapi/asm-generic/errno*.h). */
final class Errno {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "EPERM: not permitted"),
            Map.entry(2, "ENOENT: no such thing"),
            Map.entry(5, "EIO: input or output error"),
            Map.entry(11, "EAGAIN: try again"),
            Map.entry(12, "ENOMEM: no memory"),
            Map.entry(14, "EFAULT: bad address"),
            Map.entry(16, "EBUSY: in use"),
            Map.entry(17, "EEXIST: exists already"),
            Map.entry(18, "EXDEV: belongs to another unit"),
            Map.entry(19, "ENODEV: no such device"),
            Map.entry(22, "EINVAL: not valid"),
            Map.entry(28, "ENOSPC: no room"),
            Map.entry(34, "ERANGE: out of range"),
            Map.entry(38, "ENOSYS: not implemented"),
            Map.entry(95, "EOPNOTSUPP: not supported"),
            Map.entry(110, "ETIMEDOUT: took too long"),
            Map.entry(517, "EPROBE_DEFER: tried again later"));

    private Errno() {}

    /** Of {@code -22}; empty for anything else. */
    static String words(String number) {
        if (!number.matches("-\\d{1,4}")) {
            return "";
        }
        return NAMES.getOrDefault(Integer.parseInt(number.substring(1)), "");
    }
}
