package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * How commands reach a unit (arm_smmu_cmdq_issue_cmdlist and the functions around it): a ring in memory, and CMD_SYNC,
 * whose end the driver waits for.
 */
final class SmmuV3Commands {
    /** CMDQ_BATCH_ENTRIES. */
    private static final int BATCH = 64;
    /** CMDQ_MAX_SZ_SHIFT with pages of 4 KiB: a ring is at most 1 MiB. */
    private static final int MOST_BITS = 16;

    private static final Term ALLOCATED = LogText.of("<6>allocated %d entries for cmdq");
    private static final Term FULL = LogText.of("<3>CMDQ timeout");
    private static final Term TIMED_OUT = LogText.of("<3>CMD_SYNC timeout at 0x%08x");
    private static final Term TIMED_OUT_REGISTERS = LogText.of("<c> [hwprod 0x%08x, hwcons 0x%08x]");
    private static final Term ERROR = LogText.of("<3>CMDQ error (cons 0x%08x): ");
    private static final List<Term> ERRORS = List.of(
            LogText.of("<c>No error"),
            LogText.of("<c>Illegal command"),
            LogText.of("<c>Abort on command fetch"),
            LogText.of("<c>ATC invalidate timeout"),
            LogText.of("<c>Unknown"));
    private static final Term RETRYING = LogText.of("<3>retrying command fetch");
    private static final Term SKIPPING = LogText.of("<3>skipping command in error state:");
    private static final Term WORD = LogText.of("<3>\t0x%016x");

    private final Site site;
    private final SmmuV3Device smmu;
    private final SmmuV3Options options;
    private final SimObject device;
    private final LongCell ring;
    private final LongCell bits;
    private final LongCell producer;
    private final LongCell consumer;

    SmmuV3Commands(Site site, SmmuV3Device smmu, SmmuV3Options options) {
        this.site = site;
        this.smmu = smmu;
        this.options = options;
        this.device = smmu.device();
        this.ring = new LongCell(device, Lane.DRIVER, Term.hex("cmdq.base_dma"));
        this.bits = new LongCell(device, Lane.DRIVER, Term.count("cmdq.max_n_shift"));
        this.producer = new LongCell(device, Lane.DRIVER, Term.hex("cmdq.llq.prod"));
        this.consumer = new LongCell(device, Lane.DRIVER, Term.hex("cmdq.llq.cons"));
    }

    /** Whether the unit can hold a batch and a CMD_SYNC; when not, the driver gives up on it. */
    boolean isLargeEnough(SmmuV3Idr idr) {
        return Math.min(MOST_BITS, idr.commandQueueBits()) > Integer.numberOfTrailingZeros(BATCH);
    }

    /** arm_smmu_init_one_queue. */
    void allocate() {
        int log2 = Math.min(MOST_BITS, smmu.idr().commandQueueBits());
        int bytes = SmmuV3Command.BYTES << log2;
        bits.setQuietly(log2);
        ring.set(site.frames().allocate(bytes, bytes));
        site.memory().clear(ring.get(), bytes);
        site.kernel().log().line(ALLOCATED, device, 1L << log2, 0);
    }

    private int log2() {
        return (int) bits.get();
    }

    /** What the registers are told before the unit may take commands. */
    void writeRegisters() {
        smmu.registers().write64(SmmuV3Layout.CMDQ_BASE, SmmuV3Layout.ALLOCATE_HINT | ring.get() | bits.get());
        smmu.registers().write32(SmmuV3Layout.CMDQ_PROD, (int) producer.get());
        smmu.registers().write32(SmmuV3Layout.CMDQ_CONS, (int) consumer.get());
    }

    // ---- issuing

    /** arm_smmu_cmdq_issue_cmd: nobody waits. */
    void issue(SmmuV3Command command) {
        issue(List.of(command), false);
    }

    /** arm_smmu_cmdq_issue_cmd_with_sync: 0, or -ETIMEDOUT. */
    long issueWithSync(SmmuV3Command command) {
        return issue(List.of(command), true);
    }

    /** arm_smmu_cmdq_batch_add for each, then arm_smmu_cmdq_batch_submit: 64 at a time, and one CMD_SYNC at the end. */
    long submit(List<SmmuV3Command> commands) {
        int from = 0;
        while (commands.size() - from > BATCH) {
            issue(commands.subList(from, from + BATCH), false);
            from += BATCH;
        }
        return issue(commands.subList(from, commands.size()), true);
    }

    // The kernel tries for ever where the ring stays full; the lab after one look at the register no more.
    private long issue(List<SmmuV3Command> commands, boolean sync) {
        int needed = commands.size() + (sync ? 1 : 0);
        if (space() < needed) {
            consumer.setQuietly(smmu.registers().read32(SmmuV3Layout.CMDQ_CONS));
            if (space() < needed) {
                site.kernel().log().line(FULL, device, 0, 0);
                return Errno.ETIMEDOUT.negative();
            }
        }
        commands.forEach(this::write);
        int syncAt = (int) producer.get();
        if (sync) {
            write(SmmuV3Command.sync(pollsMemory() ? address(syncAt) : 0));
        }
        smmu.registers().write32(SmmuV3Layout.CMDQ_PROD, (int) producer.get());
        return sync ? waitFor(syncAt) : 0;
    }

    private int space() {
        return SmmuV3Layout.space((int) producer.get(), (int) consumer.get(), log2());
    }

    private long address(int position) {
        return ring.get() + (long) SmmuV3Layout.index(position, log2()) * SmmuV3Command.BYTES;
    }

    private void write(SmmuV3Command command) {
        long address = address((int) producer.get());
        site.memory().write64(address, command.low());
        site.memory().write64(address + 8, command.high());
        Term term = Term.hex(command.opcode().name());
        site.kernel().machine().emit(EventKind.DATA, Lane.DRIVER, term, device, address, command.low());
        producer.setQuietly(SmmuV3Layout.next((int) producer.get(), log2()));
    }

    /** ARM_SMMU_OPT_MSIPOLL: CMD_SYNC writes over itself, which is cheaper to look at than a register. */
    private boolean pollsMemory() {
        return smmu.has(SmmuV3Feature.MSI) && smmu.has(SmmuV3Feature.COHERENCY) && !options.disableMsiPolling();
    }

    // arm_smmu_cmdq_poll_until_sync
    private long waitFor(int syncAt) {
        boolean done;
        if (pollsMemory()) {
            done = site.memory().read32(address(syncAt)) == 0;
            consumer.setQuietly(done ? SmmuV3Layout.next(syncAt, log2()) : consumer.get());
        } else {
            int now = smmu.registers().read32(SmmuV3Layout.CMDQ_CONS);
            done = isConsumed(now, syncAt);
            consumer.setQuietly(now);
        }
        if (!done) {
            site.kernel().log().line(TIMED_OUT, device, syncAt, 0);
            int prod = smmu.registers().read32(SmmuV3Layout.CMDQ_PROD);
            int cons = smmu.registers().read32(SmmuV3Layout.CMDQ_CONS);
            site.kernel().log().line(TIMED_OUT_REGISTERS, device, prod & 0xffff_ffffL, cons & 0xffff_ffffL);
        }
        return done ? 0 : Errno.ETIMEDOUT.negative();
    }

    // queue_consumed
    private boolean isConsumed(int now, int position) {
        int distance =
                SmmuV3Layout.place(SmmuV3Layout.place(now, log2()) - SmmuV3Layout.place(position, log2()), log2());
        return distance != 0 && distance <= 1 << log2();
    }

    // ---- errors

    /** arm_smmu_cmdq_skip_err: the command that the unit does not know becomes a CMD_SYNC. */
    void skipError() {
        int cons = smmu.registers().read32(SmmuV3Layout.CMDQ_CONS);
        int error = cons >>> SmmuV3Layout.CMDQ_ERROR_SHIFT & SmmuV3Layout.CMDQ_ERROR_MASK;
        var log = site.kernel().log();
        log.line(ERROR, device, cons & 0xffff_ffffL, 0);
        log.line(ERRORS.get(Math.min(error, ERRORS.size() - 1)), device, 0, 0);
        if (error == SmmuV3Layout.ERROR_ABORT) {
            log.line(RETRYING, device, 0, 0);
            return;
        }
        if (error == 0 || error == SmmuV3Layout.ERROR_ATC) {
            return;
        }
        long address = address(cons);
        log.line(SKIPPING, device, 0, 0);
        log.line(WORD, device, site.memory().read64(address), 0);
        log.line(WORD, device, site.memory().read64(address + 8), 0);
        SmmuV3Command sync = SmmuV3Command.sync(0);
        site.memory().write64(address, sync.low());
        site.memory().write64(address + 8, sync.high());
    }
}
