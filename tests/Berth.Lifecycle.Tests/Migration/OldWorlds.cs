using System.Globalization;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>Old systems to migrate: one that holds every case once, and one as large as is asked for.</summary>
internal static class OldWorlds
{
    public const string Ana = "1a1a1a1a-1111-4111-8111-111111111111";
    public const string Ben = "2b2b2b2b222242228222222222222222";
    public const string Cleo = "3c3c3c3c333343338333333333333333";
    public const string Dora = "4d4d4d4d-4444-4444-8444-444444444444";
    public const string Eli = "5E5E5E5E555545558555555555555555";
    public const string Root = "root";
    public const string Nobody = "99999999999949998999999999999999";

    /// <summary>
    /// Five users and an administrator whose id is no number. Notes 1.0.5: whole and the same for Ana and Ben, another build
    /// for Cleo, cut for Dora, without a chunk for Eli. Weather: versions with one and two <c>v</c> and a folder in other
    /// case. Charts: shared. And one of everything that can be wrong.
    /// </summary>
    public static OldWorldBuilder EveryCase(string root)
    {
        var world = new OldWorldBuilder(root)
            .User(Ana, "ana").User(Ben, "ben").User(Cleo, "cleo").User(Dora, "dora").User(Eli, "eli").User(Root, "root");
        Notes(world);
        Weather(world);
        Charts(world);
        Halves(world);
        Strays(world);
        Unusable(world);
        return world;
    }

    /// <summary>
    /// Many users with several plugins each out of a pool of twelve in three versions: most copies the same, some builds of
    /// their own, some cut, some without row or files, some shared, strays between them. The seed decides all of it.
    /// </summary>
    public static OldWorldBuilder Large(string root, int seed, int users = 300, int pluginsEach = 6, int padding = 20_000)
    {
        var random = new Random(seed);
        var world = new OldWorldBuilder(root);
        var builds = new Dictionary<(string, string, int), Dictionary<string, byte[]>>();
        for (var i = 0; i < users; i++)
        {
            var id = UserId(random, i);
            world.User(id, string.Create(CultureInfo.InvariantCulture, $"user{i:D5}"));
            foreach (var number in Enumerable.Range(0, 12).OrderBy(_ => random.Next()).Take(pluginsEach).Order())
                world.Plugin(Chosen(random, builds, id, number, padding));
            if (random.Next(20) == 0)
                world.File($"{id}/notes.tmp", "left behind");
            if (random.Next(30) == 0)
                world.Row("module", new() { ["id"] = $"{id}_Vanished_Main", ["plugin_id"] = $"{id}_Vanished", ["name"] = "Main", ["user_id"] = id });
        }

        return world;
    }

    private static OldPlugin Chosen(Random random, Dictionary<(string, string, int), Dictionary<string, byte[]>> builds, string user, int number, int padding)
    {
        var slug = string.Create(CultureInfo.InvariantCulture, $"Plugin{number:D2}");
        var version = new[] { "1.0.0", "1.0.5", "2.1.0" }[random.Next(3)];
        var build = random.Next(10) == 0 ? random.Next(1, 4) : 0;
        if (!builds.TryGetValue((slug, version, build), out var files))
            builds[(slug, version, build)] = files = OldPluginFiles.Make(slug, version, build, padding);
        var plugin = new OldPlugin(user, slug, version)
        {
            Files = files,
            Place = random.Next(4) switch { 0 => OldPlace.PluginId, 1 => OldPlace.VersionBelowSlug, _ => OldPlace.Slug },
            HasSlugInModuleIds = random.Next(2) == 0,
        };
        // A third of the numbers are shared from their second version on, as the old system's last release did.
        if (number % 3 == 0 && version == "2.1.0")
            return plugin with { Files = builds.TryGetValue((slug, version, 0), out var shared) ? shared : builds[(slug, version, 0)] = OldPluginFiles.Make(slug, version, 0, padding), Place = OldPlace.Shared };
        return random.Next(40) switch
        {
            0 => plugin with { HasRow = false },
            1 => plugin with { Place = OldPlace.Nowhere },
            2 => plugin with { Files = files.Cut() },
            3 => plugin with { Files = files.Without(path => path.EndsWith(".css", StringComparison.Ordinal)) },
            4 => plugin with { Columns = new Dictionary<string, object?> { ["version"] = "v" + version } },
            _ => plugin,
        };
    }

    private static string UserId(Random random, int number)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var id = new Guid(bytes);
        return id.ToString(number % 3 == 0 ? "D" : "N", CultureInfo.InvariantCulture);
    }

    private static void Notes(OldWorldBuilder world)
    {
        var files = OldPluginFiles.Make("Notes", "1.0.5");
        world.Plugin(new OldPlugin(Ana, "Notes", "1.0.5") { Files = files });
        world.Plugin(new OldPlugin(Ben, "Notes", "1.0.5") { Files = files, Place = OldPlace.PluginId, HasSlugInModuleIds = false });
        world.Plugin(new OldPlugin(Cleo, "Notes", "1.0.5") { Files = OldPluginFiles.Make("Notes", "1.0.5", variant: 1), Place = OldPlace.VersionBelowSlug });
        world.Plugin(new OldPlugin(Dora, "Notes", "1.0.5") { Files = files.Cut() });
        world.Plugin(new OldPlugin(Eli, "Notes", "1.0.5") { Files = files.Without(path => path.StartsWith("dist/202.", StringComparison.Ordinal)) });
    }

    private static void Weather(OldWorldBuilder world)
    {
        world.Plugin(new OldPlugin(Ana, "Weather", "1.0.1") { Folder = "weather", Columns = Version("v1.0.1") });
        world.Plugin(new OldPlugin(Ben, "Weather", "1.0.1") { Columns = Version("vv1.0.1") });
        world.Plugin(new OldPlugin(Cleo, "Weather", "1.0.0") { Columns = Version("1") });
        world.Plugin(new OldPlugin(Dora, "Weather", "1.0.0") { Columns = Version("1.0"), Place = OldPlace.PlainVersionBelowSlug });
        world.Plugin(new OldPlugin(Root, "Weather", "1.2.3") { Columns = Version("1.2.3.4") });
    }

    private static void Charts(OldWorldBuilder world)
    {
        world.Plugin(new OldPlugin(Ana, "Charts", "2.1.0") { Place = OldPlace.Shared });
        world.Plugin(new OldPlugin(Dora, "Charts", "2.1.0") { Place = OldPlace.Shared });
        world.File($"{Ben}/Charts/plugin_metadata.json", """{"plugin_slug": "Charts", "version": "2.1.0", "shared_path": "shared/Charts/v2.1.0"}""");
    }

    private static void Halves(OldWorldBuilder world)
    {
        world.Plugin(new OldPlugin(Dora, "Sketch", "0.9.0") { HasRow = false });
        world.Plugin(new OldPlugin(Eli, "Gone", "1.0.0") { Place = OldPlace.Nowhere });
        world.Plugin(new OldPlugin(Cleo, "Empty", "1.0.0") { Files = OldPluginFiles.Make("Empty", "1.0.0").With(OldPluginFiles.Entry, []) });
        world.Plugin(new OldPlugin(Nobody, "Notes", "1.0.5"));
        world.Row("module", new() { ["id"] = $"{Ana}_Vanished_Main", ["plugin_id"] = $"{Ana}_Vanished", ["name"] = "Main", ["user_id"] = Ana });
    }

    private static void Strays(OldWorldBuilder world)
    {
        world.File("README.txt", "not a plugin");
        world.File("cache/leftover.zip", "PK");
        world.File($"{Ana}/notes.tmp", "left behind");
        world.File($"{Ben}/{Ben}_Notes/.DS_Store", "\0\0\0\u0001");
        world.File($"{Ben}/{Ben}_Notes/__pycache__/lifecycle_manager.cpython-311.pyc", "\0");
        world.Link($"{Ana}/Notes/dist/outside.js", "/etc/hosts");
        world.Link($"{Ana}/Elsewhere", "/etc");
    }

    private static void Unusable(OldWorldBuilder world)
    {
        world.Plugin(new OldPlugin(Ana, "bad/slug", "1.0.0") { Place = OldPlace.Nowhere });
        world.Plugin(new OldPlugin(Ben, "Garbled", "newest, I think") { Files = new Dictionary<string, byte[]> { ["dist/remoteEntry.js"] = "var Garbled;"u8.ToArray() } });
        world.Plugin(new OldPlugin(Cleo, "Names", "1.0.0")
        {
            Files = OldPluginFiles.Make("Names", "1.0.0").With("dist/a:b.js", "1"u8.ToArray()).With("dist/aux.js", "2"u8.ToArray()),
            ModuleColumns = new Dictionary<string, object?> { ["config_fields"] = "{broken", ["unheard_of"] = "kept" },
        });
        world.Plugin(new OldPlugin(Dora, "Unnamed", "1.1.0") { Columns = new Dictionary<string, object?> { ["plugin_slug"] = null } });
    }

    private static Dictionary<string, object?> Version(string text) => new() { ["version"] = text };
}
