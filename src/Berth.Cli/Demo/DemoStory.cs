using System.Diagnostics;
using Berth.Cli.Commands;
using Berth.Cli.Http;
using Berth.Cli.Output;
using static Berth.Cli.Demo.StoryTeller;

namespace Berth.Cli.Demo;

/// <summary>The story, from publishing to the figures. Every step asserts what it tells.</summary>
internal sealed class DemoStory(DemoServer server, SamplePackages samples, int users, StoryTeller teller, Report report)
{
    private static readonly string[] Names = ["ana", "ben", "cleo"];
    private readonly string _slug = samples.Old.Package.Manifest.Name;
    private readonly string _old = samples.Old.Package.Manifest.Version.ToString();
    private readonly string _new = samples.New.Package.Manifest.Version.ToString();
    private DemoUser[] _people = [];
    private DemoNote[] _before = [];

    private DemoUser Ana => _people[0];

    private DemoUser Ben => _people[1];

    private DemoUser Cleo => _people[2];

    /// <summary>Tells it to the end, or to the first thing that is not true.</summary>
    public async Task<bool> TellAsync(CancellationToken cancellationToken)
    {
        var crowd = new DemoCrowd(server, samples, users, report);
        return await PublishAsync(cancellationToken)
            && await MeetAsync(cancellationToken)
            && await InstallAsync(cancellationToken)
            && await CallAsync(cancellationToken)
            && await WriteAsync(cancellationToken)
            && await FetchAsync(cancellationToken)
            && await UpdateAsync(cancellationToken)
            && await RollBackAsync(cancellationToken)
            && await UninstallAsync(cancellationToken)
            && await teller.StepAsync("crowd", $"{users} more users", () => crowd.CreateAsync(cancellationToken))
            && await teller.StepAsync("crowd-install", $"They install {_slug} {_old} and {_new}", () => crowd.InstallAsync(cancellationToken))
            && await teller.StepAsync("crowd-call", "Each calls the plugin's endpoint", () => crowd.CallAsync(cancellationToken))
            && await teller.StepAsync("figures", "What it took", () => DemoFigures.ReadAsync(server.HostAsAdmin(), samples, users, cancellationToken));
    }

    private Task<bool> PublishAsync(CancellationToken cancellationToken) => teller.StepAsync("publish", "The sample packages are published", async () =>
    {
        foreach (var sample in samples.All)
        {
            await new PackageUpload(server.RegistryAsAdmin(), sample.File, sample.Package).SendAsync(cancellationToken);
        }

        var (found, _) = await server.RegistryAsAdmin().SearchAsync(_slug, 10, cancellationToken);
        Expect($"the first result of a search for \"{_slug}\"", _slug, found is [var first, ..] ? first.Slug : null);
        return (
            string.Join(", ", samples.All.Select(sample => $"{sample.Name} ({PlanView.Size(sample.Package.Size)})")),
            new { packages = samples.All.Select(sample => new { slug = sample.Package.Manifest.Name, version = $"{sample.Package.Manifest.Version}", sample.Package.Size }) });
    });

    private Task<bool> MeetAsync(CancellationToken cancellationToken) => teller.StepAsync("users", "Three users", async () =>
    {
        var people = new List<DemoUser>();
        foreach (var name in Names)
        {
            var made = await server.HostAsAdmin().CreateUserAsync(name, null, null, cancellationToken);
            people.Add(new DemoUser(name, server.HostAs(made.Token), server.HostAs(null), _slug));
        }

        _people = [.. people];
        return ("ana, ben, cleo", new { users = people.Select(person => person.Name) });
    });

    private Task<bool> InstallAsync(CancellationToken cancellationToken) => teller.StepAsync(
        "install", $"ana and ben install {_slug} {_old}, cleo {_new}", async () =>
        {
            var times = new List<double>();
            foreach (var (person, version) in new[] { (Ana, _old), (Ben, _old), (Cleo, _new) })
            {
                var clock = Stopwatch.GetTimestamp();
                var done = await person.InstallAsync(version, cancellationToken);
                times.Add(Math.Round(Stopwatch.GetElapsedTime(clock).TotalMilliseconds, 1));
                Expect($"{person.Name}'s version", version, done.Version);
            }

            return (string.Join(", ", times.Select(ms => $"{ms} ms")), new { milliseconds = times });
        });

    private Task<bool> CallAsync(CancellationToken cancellationToken) => teller.StepAsync("call", "Its endpoint answers each with their own version", async () =>
    {
        foreach (var (person, version) in new[] { (Ana, _old), (Ben, _old), (Cleo, _new) })
        {
            Expect($"the answer of /p/{_slug}/version to {person.Name}", version, await person.VersionAsync(cancellationToken));
        }

        return ($"ana {_old}, ben {_old}, cleo {_new}", new { ana = _old, ben = _old, cleo = _new });
    });

    private Task<bool> WriteAsync(CancellationToken cancellationToken) => teller.StepAsync("notes", "Each writes a note and sees no other's", async () =>
    {
        foreach (var person in _people)
        {
            await person.WriteAsync($"From {person.Name}", $"Only {person.Name} reads this.", cancellationToken);
        }

        foreach (var person in _people)
        {
            var titles = (await person.NotesAsync(cancellationToken)).Select(note => note.Title).Where(title => title.StartsWith("From ", StringComparison.Ordinal));
            Expect($"{person.Name}'s own notes", $"From {person.Name}", string.Join(", ", titles));
        }

        return ("3 notes, each seen by one", new { notes = _people.Length });
    });

    private Task<bool> FetchAsync(CancellationToken cancellationToken) => teller.StepAsync("frontend", "Its front-end file reaches each as it was packed", async () =>
    {
        var sizes = new List<int>();
        foreach (var (person, sample) in new[] { (Ana, samples.Old), (Ben, samples.Old), (Cleo, samples.New) })
        {
            var entry = sample.Package.Manifest.Frontend!.Entry;
            var packed = sample.Package.Files.First(file => file.Path == entry).Sha256;
            var (digest, bytes) = await person.FetchAsync(await person.FrontendAddressAsync(cancellationToken), cancellationToken);
            Expect($"the SHA-256 of {entry} for {person.Name}", packed, digest);
            sizes.Add(bytes);
        }

        return (string.Join(", ", sizes.Select(size => PlanView.Size(size))) + ", SHA-256 equal", new { bytes = sizes });
    });

    private Task<bool> UpdateAsync(CancellationToken cancellationToken) => teller.StepAsync(
        "update", $"ben updates to {_new}, his data comes along", async () =>
        {
            _before = [.. await Ben.NotesAsync(cancellationToken)];
            Expect(_before.All(note => note.Format is null), $"{_old} to answer notes of the old format");
            var done = await Ben.UpdateAsync(_new, cancellationToken);
            Expect("ben's version", _new, await Ben.VersionAsync(cancellationToken));
            var after = await Ben.NotesAsync(cancellationToken);
            Expect("ben's notes", Texts(_before), Texts(after));
            Expect(after.All(note => note.Format is not null), $"all of ben's notes to have the format of {_new}");
            Expect("ana's version", _old, await Ana.VersionAsync(cancellationToken));
            return ($"{after.Count} notes in the new format, ana still on {_old}", new { notes = after.Count, migrated = done.Migrated });
        });

    private Task<bool> RollBackAsync(CancellationToken cancellationToken) => teller.StepAsync(
        "rollback", $"ben rolls back to {_old}, his old data is back", async () =>
        {
            await Ben.WriteAsync("Written on the new version", "The rollback leaves this behind.", cancellationToken);
            await Ben.RollbackAsync(cancellationToken);
            Expect("ben's version", _old, await Ben.VersionAsync(cancellationToken));
            var after = await Ben.NotesAsync(cancellationToken);
            Expect("ben's notes", Texts(_before), Texts(after));
            Expect(after.All(note => note.Format is null), $"ben's notes to have the format of {_old} again");
            return ($"{after.Count} notes, as before the update", new { notes = after.Count });
        });

    private Task<bool> UninstallAsync(CancellationToken cancellationToken) => teller.StepAsync("uninstall", "ben uninstalls", async () =>
    {
        var file = await Ben.FrontendAddressAsync(cancellationToken);
        await Ben.UninstallAsync(cancellationToken);
        Expect(await DemoUser.IsGoneAsync(() => Ben.VersionAsync(cancellationToken)), "the endpoint to be 404 for ben");
        Expect(await DemoUser.IsGoneAsync(() => Ben.FetchAsync(file, cancellationToken)), "the front-end file to be 404 for ben");
        Expect("ana's version", _old, await Ana.VersionAsync(cancellationToken));
        return ("endpoint and file are 404 for him, ana goes on", new { endpoint = 404, file = 404 });
    });

    private static string Texts(IEnumerable<DemoNote> notes) =>
        string.Join("; ", notes.OrderBy(note => note.Id, StringComparer.Ordinal).Select(note => $"{note.Title}: {note.Text}"));
}
