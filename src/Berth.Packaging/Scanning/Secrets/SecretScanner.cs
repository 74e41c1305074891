using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using Berth.Packaging.Scanning.Il;

namespace Berth.Packaging.Scanning.Secrets;

/// <summary>Secrets in texts, and in the texts of assemblies. A finding says what kind and where, never what.</summary>
internal sealed class SecretScanner : IFileScanner
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ".env", ".npmrc", ".netrc", ".pypirc", ".git-credentials", ".htpasswd", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials.json", "secrets.json", ".dockerconfigjson", "appsettings.Development.json",
    };

    private static readonly HashSet<string> Extensions = new(StringComparer.Ordinal) { ".pfx", ".p12", ".jks", ".keystore", ".kdbx", ".ppk" };

    public string Name => Scanners.Secrets;

    public int RuleSet => 1;

    public bool Wants(ScannedFile file) => true;

    public void Look(ScannedFile file, ScanTask task)
    {
        var at = new FilePosition(file.Path);
        if (Names.Contains(file.Name) || Extensions.Contains(file.Extension) || (file.Name.StartsWith(".env.", StringComparison.Ordinal) && !file.Name.EndsWith("example", StringComparison.OrdinalIgnoreCase)))
            task.Add(SecretCodes.File.At(at, "A file of this name usually holds secrets."));
        if (!file.IsWhole)
            task.Add(SecretCodes.TooLarge.At(at, $"Only the first {file.Bytes.Length} bytes were looked at."));
        if (file.Text is { } text)
            new SecretText(text, file.Path, hasLines: true, task).Look();
        else if (Executables.IsPe(file.Span))
            LookAtAssembly(file, task);
    }

    private static void LookAtAssembly(ScannedFile file, ScanTask task)
    {
        try
        {
            using var pe = new PEReader(new MemoryStream(file.Bytes.ToArray()));
            if (!pe.HasMetadata)
                return;
            var metadata = pe.GetMetadataReader();
            var texts = new StringBuilder();
            for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
            {
                task.Step();
                // Names and values stand beside each other in code as in the heap, so they are looked at as lines of one text.
                texts.Append(metadata.GetUserString(handle)).Append('\n');
            }

            new SecretText(texts.ToString(), file.Path, hasLines: false, task).Look();
        }
        // What metadata is broken, the scanner of assemblies says.
        catch (Exception exception) when (exception is BadImageFormatException or ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
        }
    }
}
