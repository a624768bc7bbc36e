package org.iommulab.backend.armsmmuv3;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.armsmmuv3.SmmuV3Domain.Stage;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** Attaching in 6.12: from one domain to the next without a moment in between, with static identity and blocked domains. */
final class SmmuV3HitlessAttach implements SmmuV3Attach {
    private static final String FILE = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c";
    private static final Term INSTALL = Term.function("arm_smmu_install_ste_for_dev", FILE);
    private static final Term WRITE_STE = Term.function("arm_smmu_write_ste", FILE);
    private static final Term WRITE_CD = Term.function("arm_smmu_write_cd_entry", FILE);
    private static final Term CLEAR_CD = Term.function("arm_smmu_clear_cd", FILE);
    private static final Term ATTACH_STE = Term.function("arm_smmu_attach_dev_ste", FILE);
    private static final Term ATTACH_BLOCKED = Term.function("arm_smmu_attach_dev_blocked", FILE);

    private final Kernel kernel;
    private final SmmuV3Finalise finalise;
    private final SmmuV3CdTables tables;

    SmmuV3HitlessAttach(Site site, SmmuV3Finalise finalise, SmmuV3CdTables tables) {
        this.kernel = site.kernel();
        this.finalise = finalise;
        this.tables = tables;
    }

    @Override
    public long attach(SmmuV3Domain domain, SmmuV3Master master) {
        long error = domain.initMutex().with(() -> {
            if (domain.smmu().isNull()) {
                return finalise.finalise(domain, master.smmu());
            }
            return domain.smmu().is(master.smmu()) ? 0 : Errno.EINVAL.negative();
        });
        if (error != 0) {
            return error;
        }
        Optional<IommuDomain> old = before(master);
        if (domain.stage() == Stage.ONE) {
            needTable(master);
            domain.devices().add(master);
            writeContext(master, 0, domain.context().stalling(master.stalls()));
            install(master, withDescriptors(master, SmmuV3Ste.DSS_SSID0));
        } else {
            domain.devices().add(master);
            install(master, domain.stageTwo().stalling(master.stalls()));
            clearContext(master);
        }
        leave(old, master);
        return 0;
    }

    /** arm_smmu_attach_dev_identity. */
    long attachIdentity(SmmuV3Master master) {
        attachEntry(master, SmmuV3Entries.bypass(master.smmu()), SmmuV3Ste.DSS_BYPASS);
        return 0;
    }

    /** arm_smmu_attach_dev_blocked. */
    long attachBlocked(SmmuV3Master master) {
        attachEntry(master, SmmuV3Entries.abort(), SmmuV3Ste.DSS_TERMINATE);
        return 0;
    }

    void needTable(SmmuV3Master master) {
        if (master.cdTable().get() == 0) {
            master.cdTable().set(tables.allocate(master.substreamBits()));
        }
    }

    private static SmmuV3Ste withDescriptors(SmmuV3Master master, int withoutSubstream) {
        return SmmuV3Entries.descriptors(master, master.cdTable().get(), master.substreamBits(), withoutSubstream);
    }

    /** arm_smmu_update_ste: a stream that is let through or refused gets a table for its substreams all the same. */
    void installDescriptors(SmmuV3Master master, int withoutSubstream) {
        install(master, withDescriptors(master, withoutSubstream));
    }

    /** arm_smmu_attach_dev_ste: while substreams are in use the table stays, and says what is done without one. */
    private void attachEntry(SmmuV3Master master, SmmuV3Ste plain, int withoutSubstream) {
        kernel.driverRun(ATTACH_STE, master.device(), () -> {
            Optional<IommuDomain> old = before(master);
            install(master, master.usedSubstreams().isSet() ? withDescriptors(master, withoutSubstream) : plain);
            leave(old, master);
            clearContext(master);
        });
    }

    /**
     * iommu_get_domain_for_dev. For a device that joins a group this is the group's domain already, to which it is just
     * being attached: so that it is taken off that domain's list again, where only ATS would miss it.
     */
    private static Optional<IommuDomain> before(SmmuV3Master master) {
        return Group.of(master.device()).flatMap(group -> group.domain().get());
    }

    // arm_smmu_remove_master_domain
    private static void leave(Optional<IommuDomain> old, SmmuV3Master master) {
        if (old.isPresent() && old.get() instanceof SmmuV3Domain domain) {
            domain.devices().remove(master);
        }
    }

    /** The streams are refused; a device that needs a direct mapping would be let through instead, but none has one. */
    @Override
    public void release(SmmuV3Master master) {
        kernel.driverRun(ATTACH_BLOCKED, master.device(), () -> attachBlocked(master));
        if (master.cdTable().get() != 0) {
            tables.free(master.substreamBits());
        }
    }

    @Override
    public Optional<IommuDomain> noted(SmmuV3Master master) {
        return Optional.empty();
    }

    // ---- entries

    private void install(SmmuV3Master master, SmmuV3Ste target) {
        kernel.driverRun(INSTALL, master.device(), () -> {
            for (int sid : master.distinctStreams()) {
                kernel.driverRun(WRITE_STE, master.device(), () -> {
                    SmmuV3EntryWriter.write(new Stream(master.smmu(), sid), words(target));
                    master.smmu().commands().issue(SmmuV3Command.prefetch(sid));
                });
            }
        });
    }

    private static long[] words(SmmuV3Ste ste) {
        return new long[] {ste.w0(), ste.w1(), ste.w2(), ste.w3()};
    }

    void writeContext(SmmuV3Master master, int ssid, SmmuV3Cd target) {
        kernel.driverRun(
                WRITE_CD,
                master,
                () -> SmmuV3EntryWriter.write(
                        new Context(tables, master, ssid),
                        new long[] {target.w0(), target.w1(), target.w2(), target.w3()}));
    }

    private void clearContext(SmmuV3Master master) {
        clearContext(master, 0);
    }

    void clearContext(SmmuV3Master master, int ssid) {
        kernel.driverRun(CLEAR_CD, master, () -> {
            if (master.cdTable().get() != 0) {
                writeContext(master, ssid, new SmmuV3Cd(0, 0, 0, 0));
            }
        });
    }

    private record Stream(SmmuV3Device smmu, int sid) implements SmmuV3EntryWriter.Entry {
        @Override
        public long word(int index) {
            return smmu.streamTable().entry(sid).word(index);
        }

        @Override
        public void write(int index, long value) {
            smmu.streamTable().write(sid, index, value);
        }

        @Override
        public long[] used(long[] words) {
            return SmmuV3EntryWriter.usedOfStream(words);
        }

        @Override
        public void sync() {
            smmu.commands().issueWithSync(SmmuV3Command.forgetSte(sid, true));
        }
    }

    private record Context(SmmuV3CdTables tables, SmmuV3Master master, int ssid) implements SmmuV3EntryWriter.Entry {
        private long at() {
            return master.cdTable().get() + (long) ssid * SmmuV3Cd.BYTES;
        }

        @Override
        public long word(int index) {
            return tables.read(at()).word(index);
        }

        @Override
        public void write(int index, long value) {
            tables.write(master, at(), index, value);
        }

        @Override
        public long[] used(long[] words) {
            return SmmuV3EntryWriter.usedOfContext(words);
        }

        @Override
        public void sync() {
            List<SmmuV3Command> commands = master.streams().stream()
                    .map(sid -> SmmuV3Command.forgetCd(sid, ssid, true))
                    .toList();
            master.smmu().commands().submit(commands);
        }
    }
}
