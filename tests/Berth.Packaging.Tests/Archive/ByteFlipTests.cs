namespace Berth.Packaging.Tests.Archive;

public sealed class ByteFlipTests
{
    private const int Seed = 20261120;

    [Fact]
    public async Task R71_A_package_with_any_byte_changed_is_refused_or_means_exactly_the_same()
    {
        var original = Packages.Pack(
            Packages.Manifest(),
            Packages.File("dist/a.js", string.Concat(Enumerable.Repeat("export const a = 1;\n", 20))),
            Packages.File("assets/é.txt", "short"));
        var accepted = await Packages.AcceptAsync(original);
        var random = new Random(Seed);

        for (var round = 0; round < 5000; round++)
        {
            var mutated = Mutate(original, random);
            var outcome = await Packages.ReadAsync(mutated);
            if (outcome.IsAccepted)
            {
                outcome.Package.Files.ShouldBe(accepted.Files, $"seed {Seed}, round {round}");
                outcome.Package.ManifestJson.ToArray().ShouldBe(accepted.ManifestJson.ToArray());
            }
            else
            {
                outcome.Faults.ShouldNotBeEmpty();
            }
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var at = random.Next(original.Length);
        switch (random.Next(5))
        {
            case 0:
                return [.. original[..at], .. original[(at + 1)..]];
            case 1:
                return [.. original[..at], (byte)random.Next(256), .. original[at..]];
            case 2:
                return original[..at];
            case 3:
                var swapped = original.ToArray();
                var other = random.Next(original.Length);
                (swapped[at], swapped[other]) = (swapped[other], swapped[at]);
                return swapped;
            default:
                var flipped = original.ToArray();
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
        }
    }
}
