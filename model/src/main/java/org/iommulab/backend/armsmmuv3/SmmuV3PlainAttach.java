package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.backend.armsmmuv3.SmmuV3Domain.Stage;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * Attaching up to 6.7: a master is detached from its old domain first, so that its streams are refused (with
 * disable_bypass=0: pass untranslated) for a moment. From 6.7 on the context descriptor is in the master's own table, up
 * to 6.4 in the domain's.
 */
final class SmmuV3PlainAttach implements SmmuV3Attach {
    private static final String FILE = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c";
    private static final Term DETACH = Term.function("arm_smmu_detach_dev", FILE);
    private static final Term INSTALL = Term.function("arm_smmu_install_ste_for_dev", FILE);
    private static final Term WRITE_STE = Term.function("arm_smmu_write_strtab_ent", FILE);
    private static final Term WRITE_CD = Term.function("arm_smmu_write_ctx_desc", FILE);
    private static final Term TO_STALLING = LogText.of("<3>cannot attach to stall-enabled domain");
    private static final Term TO_NOT_STALLING = LogText.of("<3>cannot attach to stall-disabled domain");
    private static final Term OTHER_SMMU = LogText.of("<3>cannot attach to SMMU %o (upstream of %o)");

    private final Kernel kernel;
    private final SmmuV3Finalise finalise;
    private final SmmuV3CdTables tables;

    SmmuV3PlainAttach(Site site, SmmuV3Finalise finalise, SmmuV3CdTables tables) {
        this.kernel = site.kernel();
        this.finalise = finalise;
        this.tables = tables;
    }

    private boolean masterHasTable() {
        return kernel.since(Version.V6_7);
    }

    @Override
    public long attach(SmmuV3Domain domain, SmmuV3Master master) {
        detach(master);
        long error = domain.initMutex().with(() -> prepare(domain, master));
        if (error != 0) {
            return error;
        }
        master.domain().set(domain);
        if (masterHasTable()) {
            domain.devices().add(master);
            if (domain.stage() == Stage.ONE) {
                if (master.cdTable().get() == 0) {
                    master.cdTable().set(tables.allocate(0));
                }
                writeContext(
                        master, master.cdTable().get(), domain.context().stalling(master.stalls()), List.of(master));
            }
        }
        install(master);
        if (!masterHasTable()) {
            domain.devices().add(master);
        }
        return 0;
    }

    private long prepare(SmmuV3Domain domain, SmmuV3Master master) {
        if (domain.smmu().isNull()) {
            domain.stalls().setQuietly(master.stalls());
            long error = finalise.finalise(domain, master.smmu());
            if (error == 0 && domain.stage() == Stage.ONE && !masterHasTable()) {
                domain.cdTable().set(tables.allocate(0));
                // no stream has it yet, so that nothing is told to the unit but CMD_SYNC
                writeContext(
                        domain,
                        domain.cdTable().get(),
                        domain.context().stalling(master.stalls()),
                        domain.devices().toList());
            }
            return error;
        }
        if (domain.smmu().is(master.smmu())) {
            boolean fits = masterHasTable()
                    || domain.stage() != Stage.ONE
                    || domain.stalls().get() == master.stalls();
            if (!fits && !kernel.since(Version.V6_2)) {
                kernel.log().line(domain.stalls().get() ? TO_STALLING : TO_NOT_STALLING, master.device(), 0, 0);
            }
            return fits ? 0 : Errno.EINVAL.negative();
        }
        if (kernel.since(Version.V6_2)) {
            return Errno.EINVAL.negative();
        }
        SimObject other = domain.smmu().require().device();
        kernel.log()
                .line(
                        OTHER_SMMU,
                        master.device(),
                        other.id(),
                        master.smmu().device().id());
        return Errno.ENXIO.negative();
    }

    /** arm_smmu_detach_dev, which the core never calls. */
    private void detach(SmmuV3Master master) {
        if (master.domain().isNull()) {
            return;
        }
        kernel.driverRun(DETACH, master.device(), () -> {
            SmmuV3Domain domain = master.domain().require();
            domain.devices().remove(master);
            master.domain().setNull();
            install(master);
            if (masterHasTable()
                    && domain.stage() == Stage.ONE
                    && master.cdTable().get() != 0) {
                clearContext(master);
            }
        });
    }

    @Override
    public void release(SmmuV3Master master) {
        detach(master);
        if (master.cdTable().get() != 0) {
            tables.free(0);
        }
    }

    // ---- stream table entries

    private void install(SmmuV3Master master) {
        kernel.driverRun(INSTALL, master.device(), () -> {
            for (int sid : master.distinctStreams()) {
                kernel.driverRun(WRITE_STE, master.device(), () -> write(master, sid));
            }
        });
    }

    /** arm_smmu_write_strtab_ent: the first word last where the unit may read the entry in between. */
    private void write(SmmuV3Master master, int sid) {
        SmmuV3StreamTable table = master.smmu().streamTable();
        boolean translated = master.domain()
                .get()
                .filter(domain -> domain.stage() != Stage.BYPASS)
                .isPresent();
        if (!translated) {
            SmmuV3Ste entry = master.domain().isNull() ? table.unattached() : SmmuV3Entries.oldBypass();
            table.write(sid, 0, entry.w0());
            table.write(sid, 1, entry.w1());
            table.write(sid, 2, 0);
            forget(master, sid);
            return;
        }
        SmmuV3Domain domain = master.domain().require();
        SmmuV3Ste entry;
        if (domain.stage() == Stage.ONE) {
            entry = SmmuV3Entries.stageOne(
                    master,
                    masterHasTable() ? master.cdTable().get() : domain.cdTable().get());
            table.write(sid, 1, entry.w1());
        } else {
            entry = domain.stageTwo();
            table.write(sid, 2, entry.w2());
            table.write(sid, 3, entry.w3());
        }
        forget(master, sid);
        table.write(sid, 0, entry.w0());
        forget(master, sid);
        master.smmu().commands().issue(SmmuV3Command.prefetch(sid));
    }

    /** arm_smmu_sync_ste_for_sid. */
    private static void forget(SmmuV3Master master, int sid) {
        master.smmu().commands().issueWithSync(SmmuV3Command.forgetSte(sid, true));
    }

    // ---- context descriptors

    /** @param masters those whose streams have the table */
    private void writeContext(SimObject whose, long table, SmmuV3Cd cd, List<SmmuV3Master> masters) {
        kernel.driverRun(WRITE_CD, whose, () -> {
            for (int word = 1; word < SmmuV3Cd.WORDS; word++) {
                tables.write(whose, table, word, cd.word(word));
            }
            forgetContext(whose, masters);
            tables.write(whose, table, 0, cd.w0());
            forgetContext(whose, masters);
        });
    }

    private void clearContext(SmmuV3Master master) {
        kernel.driverRun(WRITE_CD, master, () -> {
            tables.write(master, master.cdTable().get(), 0, 0);
            // arm_smmu_sync_cd looks at the master that it is given
            forgetContext(master, List.of(master));
        });
    }

    /** arm_smmu_sync_cd. */
    private static void forgetContext(SimObject whose, List<SmmuV3Master> masters) {
        SmmuV3Device smmu = whose instanceof SmmuV3Master master
                ? master.smmu()
                : ((SmmuV3Domain) whose).smmu().require();
        smmu.commands()
                .submit(masters.stream()
                        .flatMap(master -> master.streams().stream())
                        .map(sid -> SmmuV3Command.forgetCd(sid, 0, true))
                        .toList());
    }
}
