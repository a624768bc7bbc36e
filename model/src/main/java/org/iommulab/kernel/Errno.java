package org.iommulab.kernel;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kernel's error numbers that the lab's flows return (include/uapi/asm-generic/errno-base.h, errno.h, errno.h). */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    EIO(5),
    ENXIO(6),
    EBADF(9),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    EXDEV(18),
    ENODEV(19),
    EINVAL(22),
    ENOTTY(25),
    ENOSPC(28),
    ERANGE(34),
    EDEADLK(35),
    ENOSYS(38),
    EOVERFLOW(75),
    EBADFD(77),
    EOPNOTSUPP(95),
    EADDRINUSE(98),
    ESHUTDOWN(108),
    ETIMEDOUT(110),
    EREMOTEIO(121),
    /** Internal to the kernel: try this probe again later (include/linux/errno.h). */
    EPROBE_DEFER(517);

    private final int number;

    private static final Map<Long, Errno> BY_RESULT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(e -> (long) e.negative(), e -> e));

    Errno(int number) {
        this.number = number;
    }

    /** As a function returns it: negative. */
    public int negative() {
        return -number;
    }

    public int number() {
        return number;
    }

    public static Optional<Errno> of(long result) {
        return Optional.ofNullable(BY_RESULT.get(result));
    }

    /** {@code 0}, {@code -EBUSY}, or the bare number when the lab has no name for it. */
    public static String describe(long result) {
        return result >= 0
                ? Long.toString(result)
                : of(result).map(e -> "-" + e).orElse(Long.toString(result));
    }
}
