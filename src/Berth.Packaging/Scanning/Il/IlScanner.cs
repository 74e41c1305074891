using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Berth.Packaging.Scanning.Il;

/// <summary>Assemblies, wherever they lie in the package, and native code. Reads metadata and instructions; loads and runs nothing.</summary>
internal sealed class IlScanner : IFileScanner
{
    // Text is no place for machine code, and looking for it there costs time.
    private static readonly HashSet<string> Texts = new(StringComparer.Ordinal) { ".js", ".mjs", ".cjs", ".css", ".html", ".htm", ".json", ".md", ".txt", ".svg", ".map", ".xml" };

    private const int MaxEmbedded = 8;

    public string Name => Scanners.Il;

    public int RuleSet => 1;

    public bool Wants(ScannedFile file) => !Texts.Contains(file.Extension) || Executables.IsPe(file.Span) || Executables.NativeKind(file.Span) is not null;

    public void Look(ScannedFile file, ScanTask task) => Look(file.Path, file.Bytes, file.IsWhole, file.Extension, task);

    private static void Look(string path, ReadOnlyMemory<byte> bytes, bool isWhole, string extension, ScanTask task)
    {
        var at = new FilePosition(path);
        if (Executables.NativeKind(bytes.Span) is { } native)
            task.Add(IlCodes.NativeBinary.At(at, $"The file is {native}: code that nothing here can look into."));
        if (!isWhole)
            task.Add(IlCodes.TooLarge.At(at, $"Only the first {bytes.Length} bytes were looked at."));

        if (Executables.IsPe(bytes.Span))
            ReadPe(path, bytes, task);
        else if (extension is ".dll" or ".exe")
            task.Add(IlCodes.Broken.At(at, "The file is named like an assembly and is none."));

        // Behind the beginning: a program within a picture, a resource, or another program's end.
        var hidden = Executables.Find(bytes.Span, 1, task.Step);
        for (var found = 0; hidden > 0 && found < MaxEmbedded; found++, hidden = Executables.Find(bytes.Span, hidden + 1, task.Step))
        {
            task.Add(IlCodes.EmbeddedExecutable.At(at, $"A program or library begins at byte {hidden} of the file."));
            if (Executables.IsPe(bytes.Span[hidden..]))
                ReadPe($"{path}!{hidden}", bytes[hidden..], task);
        }
    }

    private static void ReadPe(string path, ReadOnlyMemory<byte> bytes, ScanTask task)
    {
        var at = new FilePosition(path);
        try
        {
            using var pe = new PEReader(new MemoryStream(bytes.ToArray()), PEStreamOptions.PrefetchEntireImage);
            if (!pe.HasMetadata)
            {
                task.Add(IlCodes.NativeBinary.At(at, "The file is a native program or library (Windows): code that nothing here can look into."));
                return;
            }

            if (pe.PEHeaders.CorHeader is not { } header || !header.Flags.HasFlag(CorFlags.ILOnly) || header.VtableFixupsDirectory.Size > 0)
                task.Add(IlCodes.MixedMode.At(at, "The assembly has native code in it (not IL only)."));
            new AssemblyScan(path, pe, pe.GetMetadataReader(), task).Run();
        }
        // Metadata can be broken in as many ways as there are bytes; the reader answers with whatever it stumbled over.
        catch (Exception exception) when (exception is not (OperationCanceledException or ScanBudgetException))
        {
            task.Add(IlCodes.Broken.At(at, $"The assembly's metadata cannot be read ({exception.GetType().Name}), so what it does is not known."));
        }
        catch (ScanBudgetException)
        {
            task.Add(IlCodes.TooLarge.At(at, "The assembly has more code than a scan looks at; the rest was not looked at."));
        }
    }
}
