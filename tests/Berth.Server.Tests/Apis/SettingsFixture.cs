using Berth.Packaging.Archive;

namespace Berth.Server.Tests.Apis;

/// <summary>A server with plugins that have settings, one of them with code that tells what it sees, and everything it logs.</summary>
public sealed class SettingsFixture : ServerFixture
{
    public const string Schema =
        """
        {
          "type": "object",
          "properties": {
            "sortBy": { "type": "string", "enum": ["created", "title"], "default": "created" },
            "limit": { "type": "integer", "minimum": 1, "maximum": 100 },
            "apiKey": { "type": "string", "x-secret": true, "minLength": 4 },
            "account": { "type": "object", "properties": { "userName": { "type": "string" }, "passWord": { "type": "string", "x-secret": true } } }
          },
          "additionalProperties": false
        }
        """;

    public LogCapture Log { get; } = new();

    protected override void Configure(WebApplicationBuilder builder) => Log.Attach(builder);

    protected override async Task PrepareAsync() => await Server.PublishAsync(
        TestPackages.FrontEnd("Tuned", "1.0.0", new { config = JsonSerializer.Deserialize<JsonElement>(Schema) }),
        TestPackages.FrontEnd("Boxed", "1.0.0", new { config = new { type = "object", properties = new { config = new { type = "object" } } } }),
        TestPackages.FrontEnd("Plain"),
        EchoWithSettings(),
        TestPackages.FrontEnd("Dash", "1.0.0", new { frontend = Dash }),
        TestPackages.FrontEnd("Dash2", "1.0.0", new { frontend = Dash }),
        TestPackages.FrontEnd("config"), TestPackages.FrontEnd("modules"), TestPackages.FrontEnd("admin"));

    private static object Dash => new
    {
        entry = TestPackages.Script,
        modules = new object[]
        {
            new { name = "Chart", displayName = "Bar chart", description = "Draws bars", category = "charts", tags = new[] { "bars", "figures" }, priority = 2, props = new { height = 300 }, configFields = new { title = new { type = "text", @default = "Untitled" }, size = new { type = "select", options = new[] { "s", "l" } } } },
            new { name = "Table view", displayName = "Table", category = "tables", tags = new[] { "figures" }, priority = 1 },
            new { name = "Note", displayName = "Note" },
        },
    };

    // The golden plugin's own files, with a manifest that has settings.
    private static byte[] EchoWithSettings()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "fixtures", "Echo", "1.0.0");
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "plugin.json")))!.AsObject();
        manifest["config"] = System.Text.Json.Nodes.JsonNode.Parse(Schema);
        using var output = new MemoryStream();
        PackageWriter.Write(output, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Select(name => new PackageInput(name, name == "plugin.json" ? Encoding.UTF8.GetBytes(manifest.ToJsonString()) : File.ReadAllBytes(Path.Combine(folder, name)))));
        return output.ToArray();
    }
}
