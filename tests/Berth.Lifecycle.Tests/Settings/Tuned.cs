using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Settings;

/// <summary>A plugin with settings in two versions, and words to configure it.</summary>
internal static class Tuned
{
    public const string Secret = "hunter2-correct-horse";

    /// <summary>The schema of 1.0.0.</summary>
    private const string First =
        """
        {
          "type": "object",
          "properties": {
            "sortBy": { "type": "string", "enum": ["created", "title"], "default": "created" },
            "limit": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 },
            "token": { "type": "string" },
            "apiKey": { "type": "string", "x-secret": true, "minLength": 4 },
            "server": {
              "type": "object",
              "properties": { "host": { "type": "string", "format": "hostname" }, "password": { "type": "string", "x-secret": true } },
              "required": ["host"]
            }
          },
          "additionalProperties": false
        }
        """;

    /// <summary>2.0.0 sorts otherwise, takes smaller limits, keeps the token secret, and has no server any more.</summary>
    private const string Second =
        """
        {
          "type": "object",
          "properties": {
            "sortBy": { "type": "string", "enum": ["updated", "title"], "default": "updated" },
            "limit": { "type": "integer", "minimum": 1, "maximum": 10, "default": 5 },
            "token": { "type": "string", "x-secret": true },
            "apiKey": { "type": "string", "x-secret": true, "minLength": 4 }
          },
          "additionalProperties": false
        }
        """;

    public static async Task PublishAsync(TestRegistry registry) => registry.Publish(await PackageAsync("1.0.0", First), await PackageAsync("2.0.0", Second));

    public static async Task<OperationCaller> InstalledAsync(TestWorld world, string name = "ada")
    {
        await PublishAsync(world.Registry);
        var ada = await world.AddUserAsync(name);
        await world.InstallAsync(ada, "Tuned", "1.0.0");
        return ada;
    }

    public static Task<OperationOutcome> ConfigureAsync(this TestWorld world, OperationCaller ada, string json, bool isMerge = false, bool isDryRun = false) =>
        world.Operations.ConfigureAsync(ada, new ConfigureRequest("Tuned", JsonSerializer.Deserialize<JsonElement>(json), isMerge, isDryRun));

    /// <summary>The settings as the plugin reads them in its next call.</summary>
    public static async Task<JsonElement> SeenAsync(this TestWorld world, OperationCaller ada) =>
        JsonSerializer.Deserialize<JsonElement>(world.Scopes.Open((await world.FindAsync(ada, "Tuned")).ShouldNotBeNull(), ada).SettingsJson);

    private static Task<TestPackage> PackageAsync(string version, string schema) => TestPackage.FrontendAsync(
        "Tuned", version, modules: version == "1.0.0" ? ["Panel", "Old"] : ["Panel", "New"], more: new JsonObject { ["config"] = JsonNode.Parse(schema) });
}
