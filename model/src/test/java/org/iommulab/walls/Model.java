package org.iommulab.walls;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The classes that the walls are checked on. */
final class Model {
    /** Everything of ours in the model, without tests. */
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.iommulab");

    private Model() {}

    /** Classes of the tests' own that break the walls on purpose. */
    static JavaClasses samples(Class<?>... samples) {
        return new ClassFileImporter().importClasses(samples);
    }
}
