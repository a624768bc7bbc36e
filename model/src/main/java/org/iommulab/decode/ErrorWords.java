package org.iommulab.decode;

import java.util.Map;
import org.iommulab.kernel.Errno;

/** What error numbers mean that IOMMU code gives back. */
final class ErrorWords {
    private static final Map<Errno, String> WORDS = Map.ofEntries(
            Map.entry(Errno.EPERM, "not permitted"),
            Map.entry(Errno.ENOENT, "no such thing"),
            Map.entry(Errno.EIO, "input or output error"),
            Map.entry(Errno.EAGAIN, "try again"),
            Map.entry(Errno.ENOMEM, "no memory"),
            Map.entry(Errno.EFAULT, "bad address"),
            Map.entry(Errno.EBUSY, "in use"),
            Map.entry(Errno.EEXIST, "exists already"),
            Map.entry(Errno.EXDEV, "belongs to another unit"),
            Map.entry(Errno.ENODEV, "no such device"),
            Map.entry(Errno.EINVAL, "not valid"),
            Map.entry(Errno.ENOSPC, "no room"),
            Map.entry(Errno.ERANGE, "out of range"),
            Map.entry(Errno.ENOSYS, "not implemented"),
            Map.entry(Errno.EOPNOTSUPP, "not supported"),
            Map.entry(Errno.ETIMEDOUT, "took too long"),
            Map.entry(Errno.EPROBE_DEFER, "tried again later"));

    private ErrorWords() {}

    /** Of {@code -22}: its name and what it means; empty for anything else. */
    static String of(String number) {
        if (!number.matches("-\\d{1,4}")) {
            return "";
        }
        return Errno.of(Long.parseLong(number))
                .filter(WORDS::containsKey)
                .map(errno -> errno + ": " + WORDS.get(errno))
                .orElse("");
    }
}
