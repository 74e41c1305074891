namespace Berth.Packaging.Archive;

/// <summary>The codes of everything that <see cref="PackageReader"/> refuses about the archive itself. Stable: clients and tests read them.</summary>
public static class ArchiveFaultCodes
{
    /// <summary>The package has more bytes than allowed.</summary>
    public const string Size = "archive.size";

    /// <summary>There is no end-of-central-directory record: not a ZIP, or cut off.</summary>
    public const string End = "archive.zip.end";

    /// <summary>The archive has a comment.</summary>
    public const string Comment = "archive.zip.comment";

    /// <summary>Bytes follow the archive.</summary>
    public const string Trailing = "archive.zip.trailing";

    /// <summary>Bytes precede the first entry.</summary>
    public const string Leading = "archive.zip.leading";

    /// <summary>The archive uses ZIP64 records.</summary>
    public const string Zip64 = "archive.zip.zip64";

    /// <summary>The archive is split over several disks.</summary>
    public const string MultiDisk = "archive.zip.disks";

    /// <summary>The central directory contradicts itself or the end record.</summary>
    public const string Directory = "archive.zip.directory";

    /// <summary>Bytes between entries belong to no entry.</summary>
    public const string Gap = "archive.zip.gap";

    /// <summary>Two entries share bytes.</summary>
    public const string Overlap = "archive.zip.overlap";

    /// <summary>An entry's local header differs from the central directory.</summary>
    public const string LocalHeader = "archive.entry.header";

    /// <summary>An entry is encrypted.</summary>
    public const string Encrypted = "archive.entry.encrypted";

    /// <summary>An entry has a data descriptor.</summary>
    public const string DataDescriptor = "archive.entry.descriptor";

    /// <summary>An entry has flags that no reader here understands.</summary>
    public const string Flags = "archive.entry.flags";

    /// <summary>An entry needs a newer ZIP version.</summary>
    public const string Version = "archive.entry.version";

    /// <summary>An entry is neither stored nor deflated.</summary>
    public const string Method = "archive.entry.method";

    /// <summary>An entry has an extra field.</summary>
    public const string Extra = "archive.entry.extra";

    /// <summary>An entry has a comment.</summary>
    public const string EntryComment = "archive.entry.comment";

    /// <summary>An entry is a folder.</summary>
    public const string Folder = "archive.entry.folder";

    /// <summary>An entry is a link.</summary>
    public const string Link = "archive.entry.link";

    /// <summary>An entry is a device or has a special mode.</summary>
    public const string Mode = "archive.entry.mode";

    /// <summary>An entry's real size is not the declared one.</summary>
    public const string EntrySize = "archive.entry.size";

    /// <summary>An entry's bytes do not have the declared CRC-32.</summary>
    public const string Crc = "archive.entry.crc";

    /// <summary>An entry's compressed data is broken, cut off, or followed by hidden bytes.</summary>
    public const string Data = "archive.entry.data";

    /// <summary>More entries than allowed.</summary>
    public const string EntryCount = "archive.entries";

    /// <summary>More unpacked bytes than allowed.</summary>
    public const string UnpackedSize = "archive.unpacked";

    /// <summary>The package unpacks to more than the allowed multiple of its size.</summary>
    public const string Ratio = "archive.ratio";

    /// <summary>One entry unpacks to more than the allowed multiple of its size.</summary>
    public const string EntryRatio = "archive.entry.ratio";

    /// <summary>An entry has no name.</summary>
    public const string PathEmpty = "archive.path.empty";

    /// <summary>A path starts with a slash.</summary>
    public const string PathAbsolute = "archive.path.absolute";

    /// <summary>A path has an empty segment.</summary>
    public const string PathEmptySegment = "archive.path.segment";

    /// <summary>A path has a <c>.</c> segment.</summary>
    public const string PathDot = "archive.path.dot";

    /// <summary>A path has a <c>..</c> segment.</summary>
    public const string PathTraversal = "archive.path.traversal";

    /// <summary>A path contains a backslash.</summary>
    public const string PathBackslash = "archive.path.backslash";

    /// <summary>A path contains a colon.</summary>
    public const string PathColon = "archive.path.colon";

    /// <summary>A path contains a control character.</summary>
    public const string PathControl = "archive.path.control";

    /// <summary>A path contains an invisible or direction-changing character.</summary>
    public const string PathBidi = "archive.path.bidi";

    /// <summary>A path is not valid UTF-8, or not marked as UTF-8.</summary>
    public const string PathEncoding = "archive.path.encoding";

    /// <summary>A path is not in Unicode form C.</summary>
    public const string PathNormalization = "archive.path.normalization";

    /// <summary>A path names a Windows device.</summary>
    public const string PathDevice = "archive.path.device";

    /// <summary>A segment ends in a dot.</summary>
    public const string PathTrailingDot = "archive.path.trailing_dot";

    /// <summary>A segment ends in a space.</summary>
    public const string PathTrailingSpace = "archive.path.trailing_space";

    /// <summary>A segment is longer than 255 bytes.</summary>
    public const string PathSegmentLength = "archive.path.segment_length";

    /// <summary>A path is longer than 1,024 bytes.</summary>
    public const string PathLength = "archive.path.length";

    /// <summary>A path has more than 32 levels.</summary>
    public const string PathDepth = "archive.path.depth";

    /// <summary>Two entries have the same path.</summary>
    public const string PathDuplicate = "archive.path.duplicate";

    /// <summary>Two entries have paths that differ in case only.</summary>
    public const string PathCase = "archive.path.case";

    /// <summary>A path is a file and also the folder of another entry.</summary>
    public const string PathFileAndFolder = "archive.path.file_and_folder";

    /// <summary>There is no <c>plugin.json</c>.</summary>
    public const string ManifestMissing = "archive.manifest.missing";

    /// <summary><c>plugin.json</c> has more bytes than allowed.</summary>
    public const string ManifestSize = "archive.manifest.size";

    /// <summary>The manifest names a file that is not in the package.</summary>
    public const string FileMissing = "archive.file.missing";

    /// <summary>The manifest's checksum is not that of the files.</summary>
    public const string Checksum = "archive.checksum.mismatch";
}
