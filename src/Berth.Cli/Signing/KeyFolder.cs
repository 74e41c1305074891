using System.Text;
using Berth.Cli.Output;
using Berth.Cli.Profiles;
using Berth.Packaging.Signing;

namespace Berth.Cli.Signing;

/// <summary>
/// The user's own keys: <c>$XDG_CONFIG_HOME/berth/keys/{kid}.{algorithm}.pem</c>, mode 0600 in a folder of mode 0700, PKCS #8, not
/// encrypted, as SSH keys without a passphrase are.
/// </summary>
internal sealed class KeyFolder(ProfileStore profiles)
{
    private const string Ending = ".pem";
    private readonly string _folder = Path.Combine(Path.GetDirectoryName(profiles.ConfigFile)!, "keys");

    /// <summary>The public parts of all keys, by <c>kid</c>.</summary>
    public IReadOnlyList<VerificationKey> List()
    {
        var keys = new List<VerificationKey>();
        foreach (var file in Files().Order(StringComparer.Ordinal))
        {
            using var key = Read(file);
            keys.Add(key.Public);
        }

        return keys;
    }

    /// <summary>The key whose <c>kid</c> begins so; the only one there is when nothing is named.</summary>
    public SigningKey Load(string? name)
    {
        var found = Files().Where(file => name is null || Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal)).ToList();
        return found switch
        {
            [var one] => Read(one),
            [] => throw new CommandFailedException(
                ExitCode.NotFound, "client.key.unknown", name is null ? "You have no key." : $"You have no key \"{name}\".", "See `berth keys list`, or make one with `berth keys new`."),
            _ => throw new CommandFailedException(
                ExitCode.Usage, "client.key.ambiguous", name is null ? "You have several keys." : $"Several of your keys begin with \"{name}\".", "Name one with --key; `berth keys list` shows them."),
        };
    }

    /// <summary>Keeps a key. One that is there already stays as it is.</summary>
    public void Save(SigningKey key)
    {
        try
        {
            PrivateFile.CreateFolder(Path.GetDirectoryName(_folder)!);
            PrivateFile.CreateFolder(_folder);
            var file = Path.Combine(_folder, $"{key.Public.Thumbprint}.{key.Public.Algorithm}{Ending}");
            if (!File.Exists(file))
            {
                PrivateFile.Replace(file, Encoding.ASCII.GetBytes(key.ToPem()));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.key.unwritable", $"The key cannot be kept in {_folder}: {problem.Message}", "Check the folder's owner and free space.", inner: problem);
        }
    }

    /// <summary>A key in a file: PEM or JWK.</summary>
    public static SigningKey Read(string file, SignatureAlgorithm? algorithm)
    {
        var text = TextOf(file);
        var reading = text.TrimStart().StartsWith('{') ? SigningKey.FromJwk(Encoding.UTF8.GetBytes(text), algorithm) : SigningKey.FromPem(text, algorithm);
        return reading.Key ?? throw Refused(file, reading.Fault!);
    }

    /// <summary>The failure of a key that is not acceptable.</summary>
    public static CommandFailedException Refused(string file, SignatureFault fault) => new(ExitCode.Refused, fault.Code, $"{file}: {fault.Reason}");

    /// <summary>A small file's text.</summary>
    public static string TextOf(string file, int most = 1024 * 1024)
    {
        if (!File.Exists(file))
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{file} does not exist.");
        }

        try
        {
            return new FileInfo(file).Length <= most
                ? File.ReadAllText(file)
                : throw new CommandFailedException(ExitCode.Refused, SignatureFaultCodes.Size, $"{file} is larger than {most} bytes.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Failed, "client.io", $"{file} cannot be read: {problem.Message}", inner: problem);
        }
    }

    private static SigningKey Read(string file) =>
        Read(file, SignatureAlgorithm.Find(Path.GetFileNameWithoutExtension(file).Split('.')[^1]));

    private IEnumerable<string> Files() => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*" + Ending) : [];
}
