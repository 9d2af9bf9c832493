import { layOutApplication, layOutBase } from './image-tree.ts'

// Lays out the whole file system of the image in a folder, for docker/Dockerfile: node docker/lay-out.ts FOLDER
const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('write the folder that is to hold the image: node docker/lay-out.ts FOLDER\n')
  process.exitCode = 2
} else {
  layOutBase(folder)
  await layOutApplication(folder)
}
