using System.Text.Json;
using Berth.Cli.Http;

namespace Berth.Cli.Mirrors;

/// <summary>
/// What is done, a line a version, so that a mirror that was interrupted goes on where it was; of a version the last line counts. A
/// line that was cut off is passed over.
/// </summary>
internal sealed class MirrorJournal : IDisposable
{
    private readonly Dictionary<(string Target, string Slug, string Version), Line> _done = [];
    private readonly Dictionary<(string Target, string Slug, string Version), BroughtStates> _brought = [];
    private readonly StreamWriter _file;
    private readonly Lock _writing = new();

    public MirrorJournal(string path)
    {
        if (File.Exists(path))
        {
            foreach (var text in File.ReadLines(path))
            {
                try
                {
                    if (JsonSerializer.Deserialize<Line>(text, WireJson.Options) is { Target: not null, Slug: not null, Version: not null } line)
                    {
                        Take(line);
                    }
                }
                catch (JsonException)
                {
                    // The last line of a run that was killed.
                }
            }
        }

        _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
        _file.WriteLine();
    }

    /// <summary>Whether this state of the version was copied to this target.</summary>
    public bool IsDone(string target, MirroredVersion version)
    {
        lock (_writing)
        {
            return _done.GetValueOrDefault(KeyOf(target, version)) == Of(target, version);
        }
    }

    public void Done(string target, MirroredVersion version)
    {
        lock (_writing)
        {
            Write(Of(target, version));
        }
    }

    /// <summary>What the mirror itself has put on the version there.</summary>
    public BroughtStates BroughtTo(string target, MirroredVersion version)
    {
        lock (_writing)
        {
            return _brought.GetValueOrDefault(KeyOf(target, version)) ?? new BroughtStates();
        }
    }

    /// <summary>Remembers what the mirror has put on the version there. Written at once: what comes after it may fail.</summary>
    public void Bring(string target, MirroredVersion version, BroughtStates brought)
    {
        lock (_writing)
        {
            Write(new Line(target, version.Slug, version.Version, null, false, null) { Brought = brought });
        }
    }

    public void Dispose() => _file.Dispose();

    private void Write(Line line)
    {
        Take(line);
        _file.WriteLine(JsonSerializer.Serialize(line, WireJson.Options));
    }

    private void Take(Line line)
    {
        if (line.Brought is { } brought)
        {
            _brought[(line.Target, line.Slug, line.Version)] = brought;
        }
        else
        {
            _done[(line.Target, line.Slug, line.Version)] = line;
        }
    }

    private static (string Target, string Slug, string Version) KeyOf(string target, MirroredVersion version) => (target, version.Slug, version.Version);

    // Yank, warning and trust belong to it: a change of them is carried by the next run.
    private static Line Of(string target, MirroredVersion version) => new(
        target, version.Slug, version.Version, version.Digest, version.Yanked, version.TrustLevel,
        version.Deprecation is { } warning ? $"{warning.At:O} {warning.Successor}@{warning.SuccessorVersion}" : null,
        // A line without it is one of a program that carried levels alone: its versions are looked at once more.
        version.Trust is { } trust ? $"{trust.Level} {trust.InForce?.At:O} {trust.InForce?.ExpiresAt:O}" : "untold");

    private sealed record Line(string Target, string Slug, string Version, string? Digest, bool Yanked, string? TrustLevel, string? Warning = null, string? Trust = null)
    {
        /// <summary>Of a line that says what the mirror put on the version, and nothing else.</summary>
        public BroughtStates? Brought { get; init; }
    }
}
