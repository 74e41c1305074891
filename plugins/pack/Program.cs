using Berth.Packaging.Archive;

// The build's own packing step: Berth.Pack FOLDER FILE. Packs the folder, reads the package back with the strict reader,
// and only then puts it in place; every fault is printed and none leaves a package behind.

if (args is not [var folder, var file])
{
    Console.Error.WriteLine("usage: Berth.Pack FOLDER FILE");
    return 2;
}

if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"{folder} : error pack.no_folder: there is no such folder.");
    return 1;
}

using var packed = new MemoryStream();
PackageWriter.WriteDirectory(packed, folder);

packed.Position = 0;
var outcome = await PackageReader.ReadAsync(packed, PackageLimits.Default);
if (!outcome.IsAccepted)
{
    File.Delete(file);
    foreach (var fault in outcome.Faults)
        Console.Error.WriteLine($"{folder} : error {fault.Code}: {fault.Message} {fault.Entry}{fault.Pointer}");
    return 1;
}

var staged = file + ".new";
await File.WriteAllBytesAsync(staged, packed.ToArray());
File.Move(staged, file, overwrite: true);
Console.WriteLine($"packed {Path.GetFileName(file)}: {outcome.Package.Files.Count} files, {outcome.Package.Size:N0} bytes, sha256 {outcome.Package.Digest}");
return 0;
