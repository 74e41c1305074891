using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Codings;
using Berth.Lifecycle.UserData;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Lifecycle.Tests.World;

/// <summary>A real store, a real database and a real host over a registry in memory; it can be restarted.</summary>
internal sealed class TestWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Every world registers the same services: the first of a process is looked through.
    private static int _isValidated;
    private TestDatabase _database;
    private readonly TestFolder? _folder;
    private ServiceProvider _services = null!;
    private bool _isOpen;

    private TestWorld(TestDatabase database, TestFolder? folder, string path) => (_database, _folder, Folder) = (database, folder, path);

    public TestRegistry Registry { get; private init; } = new();

    public TestWitness Witness { get; } = new();

    public string Folder { get; }

    public string PluginsDirectory { get; init; } = "";

    /// <summary>How long the cleanup keeps what nothing refers to; 30 days when not set.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>After which idle time an instance is retired; the host's default when not set.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Trust levels whose packages must be signed; takes effect with a restart.</summary>
    public IReadOnlySet<string>? SignedLevels { get; set; }

    /// <summary>The compression libraries of the system; those that are there when not set. Takes effect with a restart.</summary>
    public CodingLibraries? Libraries { get; set; }

    /// <summary>Whether the host takes optimised files; takes effect with a restart.</summary>
    public bool TakesVariants { get; set; }

    public string Connection => _database.Connection;

    public IDatabase Database { get; private set; } = null!;

    public ILifecycleOperations Operations => Get<ILifecycleOperations>();

    public IInstallations Installations => Get<IInstallations>();

    public SharedStore Store => Get<SharedStore>();

    public IUserScopes Scopes => Get<IUserScopes>();

    public static async Task<TestWorld> CreateAsync(DatabaseKind kind, string? pluginsDirectory = null, TimeSpan? retention = null, TimeSpan? idle = null)
    {
        var folder = new TestFolder();
        var world = new TestWorld(await TestDatabase.CreateAsync(kind), folder, folder.Path)
        {
            PluginsDirectory = pluginsDirectory ?? Path.Combine(folder.Path, "plugins"),
            Retention = retention,
            Idle = idle,
        };
        await world.OpenAsync();
        return world;
    }

    /// <summary>A world in a folder that somebody else removes.</summary>
    public static async Task<TestWorld> OpenAsync(string folder, string pluginsDirectory, TestRegistry registry)
    {
        var world = new TestWorld(await TestDatabase.CreateAsync(DatabaseKind.Sqlite), null, folder) { PluginsDirectory = pluginsDirectory, Registry = registry };
        await world.OpenAsync();
        return world;
    }

    /// <summary>Ends it as a process ends, so that copies can be made of what it leaves.</summary>
    public Task LeaveAsync() => CloseAsync();

    /// <summary>Another world that begins with what this one left; they share the registry alone.</summary>
    public async Task<TestWorld> CopyAsync()
    {
        var folder = new TestFolder();
        foreach (var directory in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(folder.Path, Path.GetRelativePath(Folder, directory)));
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(folder.Path, Path.GetRelativePath(Folder, file)));
        var world = new TestWorld(await _database.CopyAsync(), folder, folder.Path)
        {
            PluginsDirectory = Path.Combine(folder.Path, Path.GetRelativePath(Folder, PluginsDirectory)),
            Retention = Retention,
            Idle = Idle,
            Registry = Registry,
            Libraries = Libraries,
        };
        await world.OpenAsync();
        return world;
    }

    public IServiceProvider Provider => _services;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>As if the process had ended and another one started on the same folder and database.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public async Task<OperationCaller> AddUserAsync(string name = "ada")
    {
        var id = Guid.NewGuid().ToString("n");
        await Database.WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO users (id, username, username_folded, created_at) VALUES (@id, @name, @id, 0)", new { id, name }));
        return new OperationCaller(id, name, [], id);
    }

    /// <summary>Writes a document as the plugin would in a request.</summary>
    public async Task WriteAsync(OperationCaller caller, string slug, string key, string json) =>
        await (await ScopeAsync(caller, slug)).Data.SetJsonAsync(key, json);

    /// <summary>Reads a document as the plugin would in a request.</summary>
    public async Task<string?> ReadAsync(OperationCaller caller, string slug, string key) =>
        await (await ScopeAsync(caller, slug)).Data.GetJsonAsync(key);

    public async Task<InstalledPlugin?> FindAsync(OperationCaller caller, string slug) =>
        (await Installations.OfUserAsync(caller.UserId)).TryFind(slug, out var plugin) ? plugin : null;

    /// <summary>How many rows a query counts.</summary>
    public Task<long> CountAsync(string sql, object? parameters = null) =>
        Database.ReadAsync(session => session.ScalarAsync<long>(sql, parameters))!;

    private async Task<IUserScope> ScopeAsync(OperationCaller caller, string slug) =>
        Scopes.Open((await FindAsync(caller, slug)).ShouldNotBeNull(), caller);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _database.DisposeAsync();
        _folder?.Dispose();
    }

    public static ServiceProvider Services(IDatabase database, IPackageSource registry, IStepWitness witness, string pluginsDirectory, string node = "node-a", TimeSpan? retention = null, TimeSpan? idle = null, IReadOnlySet<string>? signedLevels = null, CodingLibraries? libraries = null, bool takesVariants = false) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(database)
            .AddSingleton(registry)
            .AddSingleton(_ => PackageBlobStores.Open("file", Path.Combine(pluginsDirectory, "..")))
            .AddSingleton(witness)
            // What a loaded machine takes to start a plugin or to run its hooks is no verdict.
            .AddSingleton(new HostOptions { IdleTimeout = idle ?? new HostOptions().IdleTimeout, StartBudget = Patience, HookTimeLimit = Patience, LifecycleTimeLimit = Patience })
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new LifecycleOptions { PluginsDirectory = pluginsDirectory, HostVersion = "0.1.0", NodeName = node, VersionRetention = retention ?? TimeSpan.FromDays(30), SignedTrustLevels = signedLevels ?? new HashSet<string>(), TakesVariants = takesVariants })
            .AddBerthHost()
            .AddBerthLifecycle()
            .Replace(ServiceDescriptor.Singleton(witness))
            .Replace(ServiceDescriptor.Singleton(provider => libraries ?? new CodingLibraries(provider.GetRequiredService<LifecycleOptions>())))
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = Interlocked.Exchange(ref _isValidated, 1) == 0, ValidateScopes = true });

    /// <summary>As if the database had been deleted: another one on the same folder.</summary>
    public async Task LoseDatabaseAsync()
    {
        await CloseAsync();
        await _database.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(Folder, "berth.db*"))
            File.Delete(file);
        _database = await TestDatabase.CreateAsync(_database.Kind);
        await OpenAsync();
    }

    /// <summary>Lets a test at the SQLite file behind everybody's back.</summary>
    public async Task CloseDatabaseAsync(Action<Microsoft.Data.Sqlite.SqliteConnection> change)
    {
        await CloseAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Folder, Databases.FileName)};Pooling=False"))
        {
            connection.Open();
            change(connection);
        }

        await OpenAsync();
    }

    private async Task OpenAsync()
    {
        if (_database.Kind == DatabaseKind.Sqlite && !File.Exists(Path.Combine(Folder, Databases.FileName)))
            await Berth.Data.Tests.MigratedFile.PutAsync(Folder);
        Database = await Databases.OpenAsync(_database.Connection, Folder);
        _services = Services(Database, Registry, Witness, PluginsDirectory, retention: Retention, idle: Idle, signedLevels: SignedLevels, libraries: Libraries, takesVariants: TakesVariants);
        _isOpen = true;
    }

    private async Task CloseAsync()
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        await _services.DisposeAsync();
        await Database.DisposeAsync();
    }
}
