package org.iommulab.app.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.iommulab.app.draw.Theme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
    @TempDir
    private Path folder;

    @Test
    void comesBackAsItWasWritten() {
        Path file = folder.resolve("deep").resolve("session.properties");
        var session = new Session("story ä", "6.2+p1", 148, Theme.LIGHT, true, 1366, 768, 32);
        session.write(file);
        assertThat(Session.read(file)).isEqualTo(session);
        assertThat(file.resolveSibling("session.properties.new")).doesNotExist();
    }

    @Test
    void whatMakesNoSenseIsAsInAFreshSession() throws Exception {
        Path file = folder.resolve("session.properties");
        Files.writeString(file, "theme=PINK\nstep=many\nwidth=-3\nstory=x\n");
        Session read = Session.read(file);
        assertThat(read.theme()).isEqualTo(Session.FRESH.theme());
        assertThat(read.step()).isZero();
        assertThat(read.width()).isGreaterThanOrEqualTo(800);
        assertThat(read.story()).isEqualTo("x");
    }

    @Test
    void noFileIsAFreshSession() {
        assertThat(Session.read(folder.resolve("none"))).isEqualTo(Session.FRESH);
    }
}
