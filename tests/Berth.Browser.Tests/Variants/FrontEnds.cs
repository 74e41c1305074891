using System.Text.Json.Nodes;
using Berth.Packaging.Archive;
using Berth.Plugins.Tests;

namespace Berth.Browser.Tests.Variants;

/// <summary>Front ends as authors publish them, with their leave to make variants: the sample plugins, webpack's builds of several kinds, ES modules.</summary>
internal static class FrontEnds
{
    private static readonly string[] NoSamples = ["fixtures", "hostile", "shared", "pack"];
    private static readonly string Postcards = Path.Combine(Repository.Root, "plugins", "fixtures", "Postcards");

    /// <summary>The sample plugins of the repository that have a front end, with each of its modules: whatever lies in the folder.</summary>
    public static IEnumerable<(string Name, string Module)> Samples() =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "plugins"), "plugin.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
        where !NoSamples.Contains(Path.GetRelativePath(Path.Combine(Repository.Root, "plugins"), file).Split(Path.DirectorySeparatorChar)[0])
        let manifest = JsonNode.Parse(File.ReadAllText(file))!
        where manifest["frontend"] is not null
        from module in manifest["frontend"]!["modules"]!.AsArray()
        orderby file
        select ($"{manifest["name"]} {manifest["version"]}", (string)module!["name"]!);

    /// <summary>The package of a name in the tests.</summary>
    public static byte[] Package(string name) => name switch
    {
        "Dial" => Dial(),
        "Postcards" => Pack(Path.Combine(Repository.Root, "artifacts", "fixtures", "Postcards-1.1.0"), null),
        ['P', 'o', 's', 't', 'c', 'a', 'r', 'd', 's', ' ', .. var build] => Pack(Path.Combine(Repository.Root, "artifacts", "fixtures", "Postcards-1.1.0"), Path.Combine(Postcards, "web", "dist", build)),
        _ when name.Split(' ') is [var slug, var version] => Pack(Repository.Folder(slug, version), null),
        _ => throw new ArgumentException(name, nameof(name)),
    };

    private static byte[] Pack(string folder, string? dist)
    {
        var files = Files(folder).Where(file => dist is null || !file.Path.StartsWith("dist/", StringComparison.Ordinal));
        if (dist is not null)
            files = files.Concat(Files(dist).Where(file => file.Path != ".built").Select(file => file with { Path = "dist/" + file.Path }));
        return Pack(files);
    }

    private static byte[] Pack(IEnumerable<PackageInput> files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output, files.Select(file => file.Path == "plugin.json" ? file with { Content = WithLeave(file.Content.Span) } : file));
        return output.ToArray();
    }

    private static byte[] WithLeave(ReadOnlySpan<byte> manifest)
    {
        var json = JsonNode.Parse(manifest)!.AsObject();
        json["optimization"] = new JsonObject { ["bundleOptimization"] = new JsonObject { ["enabled"] = true } };
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static IEnumerable<PackageInput> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => new PackageInput(Path.GetRelativePath(folder, file), File.ReadAllBytes(file)));

    /// <summary>ES modules as they come out of a compiler that joins nothing: with one that is loaded late, one that nobody uses, and maps.</summary>
    private static byte[] Dial() => Pack(
    [
        Text("plugin.json", """{"name":"Dial","version":"1.0.0","frontend":{"entry":"dist/index.js","modules":[{"name":"Dial","displayName":"Dial","props":{"moduleType":"module"}}]}}"""),
        Text("dist/index.js", """
            /** The dial of a telephone: a module that draws itself and loads its numbers when it is asked for them. */
            import { draw } from './drawing/draw.js';
            import * as words from './words.js';

            export const version = '1.0.0';

            class Dial {
              #place;

              constructor(place) {
                this.#place = place;
              }

              async show() {
                const numbers = await import('./numbers.js');
                draw(this.#place, words.title, numbers.default.map((number) => numbers.name(number)));
              }

              unmount() {
                this.#place.replaceChildren();
              }
            }

            export default {
              async mount(place) {
                const dial = new Dial(place);
                await dial.show();
                return dial;
              },
            };
            //# sourceMappingURL=index.js.map
            """),
        Text("dist/index.js.map", """{"version":3,"sources":["../src/index.ts"],"sourcesContent":["the source, once more"],"mappings":"AAAA"}"""),
        Text("dist/words.js", "export const title = 'A dial of';\nexport const unused = 'words that are said nowhere at all';\nexport function shout(text) {\n  return text.toUpperCase();\n}\n"),
        Text("dist/drawing/draw.js", """
            import { element } from './element.js';

            /** Draws a heading and a list. */
            export function draw(place, heading, entries) {
              place.append(element('h3', `${heading} ${entries.length}`), element('ol', '', ...entries.map((entry) => element('li', entry))));
            }
            """),
        Text("dist/drawing/element.js", "export function element(name, text, ...children) {\n  const made = document.createElement(name);\n  made.className = `dial-${name}`;\n  made.append(text, ...children);\n  return made;\n}\n"),
        Text("dist/numbers.js", "/* Ten of them, in the order of the dial. */\nexport default [1, 2, 3, 4, 5, 6, 7, 8, 9, 0];\nexport const name = (number) => `number ${number}`;\n"),
        Text("dist/dial.test.js", "import dial from './index.js';\ntest('a dial has ten numbers', () => expect(dial).toBeDefined());\n"),
    ]);

    private static PackageInput Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));
}
