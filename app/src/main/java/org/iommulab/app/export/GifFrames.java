package org.iommulab.app.export;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;

/** A GIF, by ImageIO: for places that show nothing better. */
final class GifFrames implements Frames {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ImageWriter writer =
            ImageIO.getImageWritersByFormatName("gif").next();
    private boolean first = true;

    GifFrames() {
        try {
            writer.setOutput(ImageIO.createImageOutputStream(bytes));
            writer.prepareWriteSequence(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void add(Raster frame, int milliseconds) {
        var image = new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, frame.width(), frame.height(), frame.pixels(), 0, frame.width());
        try {
            writer.writeToSequence(new IIOImage(image, null, metadata(image, milliseconds)), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        first = false;
    }

    private IIOMetadata metadata(BufferedImage image, int milliseconds) throws IIOInvalidTreeException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(
                ImageTypeSpecifier.createFromRenderedImage(image), writer.getDefaultWriteParam());
        var root = new IIOMetadataNode(FORMAT);
        var control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Integer.toString(Math.max(2, Math.round(milliseconds / 10f))));
        control.setAttribute("transparentColorIndex", "0");
        root.appendChild(control);
        if (first) { // play for ever
            var extensions = new IIOMetadataNode("ApplicationExtensions");
            var netscape = new IIOMetadataNode("ApplicationExtension");
            netscape.setAttribute("applicationID", "NETSCAPE");
            netscape.setAttribute("authenticationCode", "2.0");
            netscape.setUserObject(new byte[] {1, 0, 0});
            extensions.appendChild(netscape);
            root.appendChild(extensions);
        }
        metadata.mergeTree(FORMAT, root);
        return metadata;
    }

    @Override
    public byte[] end() {
        try {
            writer.endWriteSequence();
            ((javax.imageio.stream.ImageOutputStream) writer.getOutput()).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
